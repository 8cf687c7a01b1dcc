/**
 * Puts the declarations of every package that the public types reach into `dist/types`, one folder per package, and makes
 * their imports relative: what is published must not name the private packages that it was built from.
 */
import fs from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../../..')
const types = path.join(root, 'packages/retake/dist/types')

const pending = ['retake']
const seen = new Set(pending)
while (pending.length > 0) {
  const name = pending.pop()
  const target = path.join(types, name)
  if (name !== 'retake') {
    fs.rmSync(target, { recursive: true, force: true })
    fs.cpSync(path.join(root, 'packages', name, 'dist'), target, { recursive: true, filter: isDeclaration })
  }
  for (const file of declarationsIn(target)) {
    const before = fs.readFileSync(file, 'utf8')
    const after = before
      .replace(/^\/\/# sourceMappingURL=.*$/m, '')
      .replace(/(from |import\()(['"])@retake\/([a-z-]+)\2/g, (_, start, quote, used) => {
        if (!seen.has(used)) {
          seen.add(used)
          pending.push(used)
        }
        const to = path.relative(path.dirname(file), path.join(types, used, 'index.d.ts')).replaceAll(path.sep, '/')
        return `${start}${quote}${to.startsWith('.') ? to : `./${to}`}${quote}`.replace(/index\.d\.ts(['"])$/, 'index.ts$1')
      })
    if (after !== before) fs.writeFileSync(file, after)
  }
}

function isDeclaration(file) {
  return fs.statSync(file).isDirectory() || file.endsWith('.d.ts')
}

function declarationsIn(folder) {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    return entry.isFile() && entry.name.endsWith('.d.ts') ? [path.join(entry.parentPath, entry.name)] : []
  })
}
