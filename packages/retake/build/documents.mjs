/** Puts the README, the licence and the pages that messages name into the package: npm takes only what is below it. */
import fs from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../../..')
const target = path.resolve(import.meta.dirname, '..')
fs.rmSync(path.join(target, 'docs'), { recursive: true, force: true })
fs.mkdirSync(path.join(target, 'docs'))
for (const name of ['README.md', 'LICENSE']) fs.copyFileSync(path.join(root, name), path.join(target, name))
for (const name of fs.readdirSync(path.join(root, 'docs'))) {
  if (name.endsWith('.md')) fs.copyFileSync(path.join(root, 'docs', name), path.join(target, 'docs', name))
}
