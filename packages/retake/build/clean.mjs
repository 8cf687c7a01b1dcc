/** Takes away what an earlier build left beside the declarations: a file that is no entry any more must not be published. */
import fs from 'node:fs'
import path from 'node:path'

const dist = path.resolve(import.meta.dirname, '../dist')
for (const name of fs.existsSync(dist) ? fs.readdirSync(dist) : []) {
  if (name.endsWith('.js')) fs.rmSync(path.join(dist, name))
}
