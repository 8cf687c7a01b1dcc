import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url)

test('the cases of the fixture', () => {
  const output = execFileSync(process.execPath, ['test/tools/comparison-cases.mjs', 'test/fixtures/comparison/comparison-cases.json'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(output).toBe('cases 72 wrong 0\n')
})
