import { expect, test } from 'vitest'
import { createRedactor, isPlaceholder } from '../src/index.ts'

test('a PIN that looks like a placeholder is replaced all the same, every one of them', () => {
  const first = createRedactor({ key: Buffer.alloc(32, 5), isFirst: true })
  const again = createRedactor({ key: Buffer.alloc(32, 5) })
  const pins = Array.from({ length: 10_000 }, (_, pin) => String(pin).padStart(4, '0'))
  const looksReplaced = pins.filter((pin) => isPlaceholder(pin))
  expect(looksReplaced.length).toBeGreaterThan(0)
  for (const pin of looksReplaced) {
    expect(first.named('pin', pin)).not.toBe(pin)
    expect(again.named('pin', pin)).toBe(pin)
  }
})
