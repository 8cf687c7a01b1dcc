import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')

/** Of each kind one; `npm run mutation` has them all. */
const some = [
  'status-created',
  'header-location-gone',
  'price-off-by-one',
  'jwt-role',
  'cookie-script',
  'cursor-of-first',
  'where-owner-gone',
  'update-missing',
  'commit-missing',
  'request-body',
  'another-pool-size',
  'members-in-another-order',
  'logging-with-time',
]

test('changes of the example app: harmful ones are caught, harmless ones are not flagged', { timeout: 180_000 }, () => {
  const { NODE_OPTIONS: _, RETAKE_MODE: __, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/mutation/run.mjs', '--only', some.join()], {
    cwd: root,
    env: { ...env, NO_COLOR: '1' },
    encoding: 'utf8',
  })
  expect(stdout + stderr).toMatch(/\nmutation: 10 of 10 caught, 0 of 3 harmless flagged\n$/)
  expect(status).toBe(0)
})
