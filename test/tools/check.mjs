/**
 * `npm run check`: types, layers, lint, format, unused code, and the shape of the published package. Everything is run, so
 * that one failure does not hide the next. Exit code 1 when any failed.
 */
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

const steps = [
  ['types', ['npx', 'tsc', '-b']],
  ['layers', ['node', 'test/tools/layers.mjs']],
  ['lint', ['npx', 'oxlint', '--quiet']],
  ['format', ['npx', 'oxfmt', '--check']],
  ['unused code', ['npx', 'knip', '--no-progress']],
  ['package', ['npx', 'publint', 'packages/retake', '--strict']],
  // `retake` has a CommonJS form for Jest alone, without declarations of its own.
  ['exported types', ['npx', 'attw', '--pack', 'packages/retake', '--profile', 'esm-only', '--ignore-rules', 'false-esm']],
]

const failed = []
for (const [name, [command, ...args]] of steps) {
  const startedAt = performance.now()
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${String(name)} (${seconds} s)`)
  if (status === 0) continue
  failed.push(name)
  console.log(`${stdout}${stderr}`.trim())
}
console.log(failed.length === 0 ? 'check: all well' : `check: ${failed.join(', ')} failed`)
process.exitCode = failed.length === 0 ? 0 : 1
