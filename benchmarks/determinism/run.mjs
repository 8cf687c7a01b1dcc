// What a draw costs, in ns: node benchmarks/determinism/run.mjs [node binary ...]
// Each column is a fresh process; the best of several rounds is shown, since everything else on the machine only adds.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const directory = mkdtempSync(join(tmpdir(), 'draw-cost-'))
const outfile = join(directory, 'cost.mjs')
await build({
  entryPoints: [fileURLToPath(new URL('cost.ts', import.meta.url))],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'error',
})
const columns = ['native', 'no scope', 'observed', 'supplied']
for (const node of [process.execPath, ...process.argv.slice(2)]) {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  const costs = columns.map((column) =>
    JSON.parse(execFileSync(node, ['--expose-gc', '--no-warnings', outfile, column], { encoding: 'utf8' })),
  )
  console.log(`\n| Node ${version}, ns | ${columns.join(' | ')} |\n|---|${columns.map(() => '---:').join('|')}|`)
  for (const name of Object.keys(costs[0])) console.log(`| ${name} | ${costs.map((cost) => cost[name]).join(' | ')} |`)
}
rmSync(directory, { recursive: true })
