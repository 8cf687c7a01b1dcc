import { expect, test } from 'vitest'
import { createRedactor, isPlaceholder, isShort } from '../src/index.ts'

test('a PIN that looks like a placeholder is replaced all the same, every one of them', () => {
  const first = createRedactor({ key: Buffer.alloc(32, 5), isKnown: () => false })
  const again = createRedactor({ key: Buffer.alloc(32, 5) })
  const pins = Array.from({ length: 10_000 }, (_, pin) => String(pin).padStart(4, '0'))
  const looksReplaced = pins.filter((pin) => isPlaceholder(pin))
  expect(looksReplaced.length).toBeGreaterThan(0)
  for (const pin of looksReplaced) {
    expect(first.named('pin', pin)).not.toBe(pin)
    expect(again.named('pin', pin)).toBe(pin)
  }
})

test('who knows which short placeholders were made takes no secret for one', () => {
  const key = Buffer.alloc(32, 5)
  const made = new Set<string>()
  const first = createRedactor({ key, isKnown: () => false, onReplaced: (placeholder) => made.add(placeholder) })
  const placeholder = first.named('pin', '4711')
  const again = createRedactor({ key: Buffer.alloc(32, 6), isKnown: (text) => made.has(text) })
  expect(again.named('pin', placeholder)).toBe(placeholder)
  const kept = Array.from({ length: 10_000 }, (_, pin) => String(pin).padStart(4, '0')).filter((pin) => again.named('pin', pin) === pin)
  expect(kept).toEqual([placeholder])
})

test('what is short is told by the characters that carry a secret', () => {
  expect(['4711', 'sw0rdfish', '----------------------', 'abcdefghijklmno'].map(isShort)).toEqual([true, true, true, true])
  expect(['abcdefghijklmnop', 'x'.repeat(5000)].map(isShort)).toEqual([false, false])
})
