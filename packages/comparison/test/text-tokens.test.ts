import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textTokens, wordParts } from '../src/text-tokens.ts'

const piece = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '2026-03-01T10:15:30.123Z',
    'Sun, 01 Mar 2026 10:15:30 GMT',
    'eyJh.eyJi.c',
    '%2F',
    '%',
    '==',
    'b7c1f9de-6a3e-4c0b-9d61-0f4f0e6a8c11',
    '-',
    '\n',
  ),
)

test('tokens and parts are the whole text, in order', () => {
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('')
      expect([...textTokens(text)].join('')).toBe(text)
      expect(wordParts(text).join('')).toBe(text)
    }),
    { numRuns: 500 },
  )
})

test('times, ids and words are tokens of their own', () => {
  expect([...textTokens('id=b7c1f9de-6a3e-4c0b-9d61-0f4f0e6a8c11 at 2026-03-01 10:15:30.1+00, ok')]).toEqual([
    'id',
    '=',
    'b7c1f9de-6a3e-4c0b-9d61-0f4f0e6a8c11',
    ' ',
    'at',
    ' ',
    '2026-03-01 10:15:30.1+00',
    ', ',
    'ok',
  ])
})
