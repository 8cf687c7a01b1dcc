/** Takes away what an earlier build left beside the declarations: a file that is no entry any more must not be published. The code cache is of an earlier build, too. */
import fs from 'node:fs'
import path from 'node:path'

const dist = path.resolve(import.meta.dirname, '../dist')
for (const name of fs.existsSync(dist) ? fs.readdirSync(dist) : []) {
  if (/\.c?js$/.test(name)) fs.rmSync(path.join(dist, name))
}
fs.rmSync(path.resolve(dist, '../.cache'), { recursive: true, force: true })
