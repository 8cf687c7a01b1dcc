import type { FieldValue } from '@retake/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalForm, matchKey } from '@retake/matching'

const key = (value: FieldValue): string => matchKey('p', { value })

describe('two calls have the same key', () => {
  test('when members stand in another order', () => {
    expect(matchKey('p', { a: 1, b: { c: 2, d: 3 } })).toBe(matchKey('p', { b: { d: 3, c: 2 }, a: 1 }))
  })

  test('when the recogniser of placeholders says that two texts are one', () => {
    const canonicalText = (text: string): string => (text === 'hunter2' ? '{{password:1}}' : text)
    expect(matchKey('p', { a: 'hunter2' }, { canonicalText })).toBe(matchKey('p', { a: '{{password:1}}' }, { canonicalText }))
    expect(matchKey('p', { hunter2: 1 }, { canonicalText })).toBe(matchKey('p', { '{{password:1}}': 1 }, { canonicalText }))
  })
})

describe('two calls have different keys', () => {
  const pairs: readonly (readonly [why: string, FieldValue, FieldValue])[] = [
    ['text is not the number that it spells', '1', 1],
    ['text is not null', 'null', null],
    ['text is not the bytes that it encodes to', 'abc', new TextEncoder().encode('abc')],
    ['text is not the canonical form of bytes', 'b"YWJj"', new TextEncoder().encode('abc')],
    ['no bytes is not an empty text', '', new Uint8Array()],
    ['-0 is not 0', -0, 0],
    ['numbers are exact', 0.1 + 0.2, 0.3],
    ['a list keeps its order', [1, 2], [2, 1]],
    ['a list is not its items', [1], 1],
    ['nesting counts', [[1], 2], [1, [2]]],
    ['a list is not an object', ['a'], { 0: 'a' }],
    ['null is not absence', { a: null }, {}],
    ['a name is not broken by a quote', { 'a":1,"b': 2 }, { a: 1, b: 2 }],
    ['lone surrogates are kept', '\ud800', '\ufffd'],
  ]
  test.each(pairs)('%s', (_why, a, b) => expect(key(a)).not.toBe(key(b)))

  test('of different protocols', () => expect(matchKey('http1', { a: 1 })).not.toBe(matchKey('http2', { a: 1 })))

  test('that differ in one character of a megabyte', () => {
    const long = 'x'.repeat(1 << 20)
    expect(key(`${long}a`)).not.toBe(key(`${long}b`))
    expect(key(long).length).toBeLessThan(100)
  })
})

test('a value nested a hundred thousand levels deep has a key', () => {
  let deep: FieldValue = 1
  for (let level = 0; level < 100_000; level++) deep = level % 2 === 0 ? [deep] : { a: deep }
  expect(key(deep)).toMatch(/^p sha256:/)
})

test('deep values are written as shallow ones are', () => {
  const json = fc.jsonValue({ depthSize: 'small' }) as fc.Arbitrary<FieldValue>
  fc.assert(
    fc.property(json, (value) => {
      let deep = value
      for (let level = 0; level < 40; level++) deep = [deep]
      expect(canonicalForm(deep)).toBe(`${'['.repeat(40)}${canonicalForm(value)}${']'.repeat(40)}`)
    }),
  )
})

test('a member called __proto__ is a member like any other', () => {
  expect(key(JSON.parse('{"__proto__":{"a":1}}') as FieldValue)).not.toBe(key({}))
})

test('for JSON values, keys are equal exactly when the values are', () => {
  const json = fc.jsonValue({ depthSize: 'small' }) as fc.Arbitrary<FieldValue>
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(canonicalForm(a) === canonicalForm(b)).toBe(JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)))
    }),
    { numRuns: 300 },
  )
})

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? { minus: 0 } : value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return { members: entries.map(([name, member]) => [name, sorted(member)]) }
}
