import { expect, test } from 'vitest'
import { parseCount, parseDuration } from '../../src/commands/option-values.ts'

test.each([
  ['500ms', 500],
  ['60s', 60_000],
  ['60', 60_000],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration('--for')(text)).toBe(ms)
})

test.each(['', '0', '0s', '-1s', 's', '1d', '1 s', '1000h', 'NaN', 'Infinity'])('%j is no duration', (text) => {
  expect(() => parseDuration('--for')(text)).toThrow(/--for is ".*"; it must be a duration/)
})

test.each(['', '0', '-1', '1.5', 'x', '1e3', '99999999'])('%j is no count', (text) => {
  expect(() => parseCount('--until')(text)).toThrow(/--until/)
})
