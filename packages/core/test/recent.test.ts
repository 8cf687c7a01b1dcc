import { expect, test } from 'vitest'
import { Recent } from '../src/index.ts'

test('what is asked for again is remembered, and never more than two generations', () => {
  const recent = new Recent<number, string>(10)
  recent.set(0, 'kept')
  for (let key = 1; key < 100; key++) {
    recent.set(key, String(key))
    expect(recent.get(0)).toBe('kept')
  }
  const known = Array.from({ length: 100 }, (_, key) => recent.get(key)).filter((value) => value !== undefined)
  expect(known.length).toBeLessThanOrEqual(20)
  expect(recent.get(99)).toBe('99')
  expect(recent.get(1)).toBeUndefined()
})
