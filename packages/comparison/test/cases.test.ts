import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url)
const fixtures = 'test/fixtures/comparison'

test.each(readdirSync(new URL(fixtures, root)))('the cases of %s', (file) => {
  const output = execFileSync(process.execPath, ['test/tools/comparison-cases.mjs', `${fixtures}/${file}`], { cwd: root, encoding: 'utf8' })
  expect(output).toMatch(/^cases [1-9]\d* wrong 0\n$/)
})
