/**
 * Holds the layers of ARCHITECTURE.md: a package imports only packages below its own layer, only by name, and its
 * package.json and tsconfig.json list exactly what it imports.
 * Usage: node test/tools/layers.mjs. Exit code 1 when something is out of place.
 */
import fs from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

/** From the bottom up. */
export const layers = [
  ['core'],
  ['transport', 'protocols', 'determinism', 'cassette', 'matching', 'comparison', 'redaction'],
  ['session'],
  ['instrumentation', 'report'],
  ['cli', 'testing'],
  ['retake'],
]

/** What the lower layers must not know: the mode. Comments may speak of it. */
const modeless = ['protocols', 'matching', 'comparison', 'redaction']

const problems = []
const layerOf = new Map(layers.flatMap((names, layer) => names.map((name) => [name, layer])))

for (const name of fs.readdirSync(path.join(root, 'packages'))) {
  if (!layerOf.has(name)) problems.push(`packages/${name} is in no layer`)
}
for (const name of layerOf.keys()) checkPackage(name)

for (const problem of problems) console.error(problem)
console.log(`layers: ${layerOf.size} packages, ${problems.length} out of place`)
process.exitCode = problems.length === 0 ? 0 : 1

function checkPackage(name) {
  const folder = path.join(root, 'packages', name)
  const imported = new Set()
  for (const file of sourcesIn(path.join(folder, 'src'))) {
    const text = fs.readFileSync(file, 'utf8')
    const where = path.relative(root, file)
    for (const [, specifier] of text.matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/g)) {
      const [, used, rest] = /^@retake\/([a-z-]+)(\/.*)?$/.exec(specifier) ?? []
      if (used !== undefined) {
        imported.add(used)
        if (rest !== undefined) problems.push(`${where} reaches into @retake/${used}${rest}`)
        if ((layerOf.get(used) ?? 99) >= layerOf.get(name)) problems.push(`${where} imports @retake/${used}, which is not below ${name}`)
      } else if (specifier.startsWith('.') && !path.resolve(path.dirname(file), specifier).startsWith(path.join(folder, 'src'))) {
        problems.push(`${where} imports ${specifier}, outside its package`)
      }
    }
    if (modeless.includes(name)) {
      for (const [index, line] of withoutComments(text).split('\n').entries()) {
        if (/\b(record|replay)\b/.test(line)) problems.push(`${where}:${index + 1} seems to know the mode: ${line.trim()}`)
      }
    }
  }
  if (name === 'retake') return
  const { dependencies = {} } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const declared = Object.keys(dependencies).flatMap((dependency) => (dependency.startsWith('@retake/') ? [dependency.slice(8)] : []))
  const { references = [] } = JSON.parse(fs.readFileSync(path.join(folder, 'tsconfig.json'), 'utf8'))
  const referenced = references.map(({ path: to }) => path.basename(to))
  for (const used of imported) {
    if (!declared.includes(used)) problems.push(`packages/${name}/package.json does not list @retake/${used}`)
    if (!referenced.includes(used)) problems.push(`packages/${name}/tsconfig.json does not reference ../${used}`)
  }
  for (const used of declared)
    if (!imported.has(used)) problems.push(`packages/${name}/package.json lists @retake/${used} and never imports it`)
}

function sourcesIn(folder) {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    return entry.isFile() && entry.name.endsWith('.ts') ? [path.join(entry.parentPath, entry.name)] : []
  })
}

/** Strings stay: a mode in a string is one, too. */
function withoutComments(text) {
  return text.replace(/\/\*[^]*?\*\//g, (comment) => comment.replace(/[^\n]/g, '')).replace(/(^|\s)\/\/.*$/gm, '')
}
