/**
 * `npm run key-shapes`: holds our table of keys against the rule set that is installed, and notes which version of it was checked. To be run
 * after the set was updated; what it finds and we do not fails by name.
 */
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'packages/redaction/test/rule-set.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, KEY_SHAPES: 'write' },
})
process.exitCode = status ?? 1
