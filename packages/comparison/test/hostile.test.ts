import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { compare } from '@retake/comparison'
import { clocks, json, outcome, text } from './outcomes.ts'

// None of these may overflow the stack, fill the memory or hang; how long they take is the benchmark's concern.

test('a million levels', () => {
  const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
  const [difference] = compare(outcome(deep), outcome(deep.replace('[]', '[1]')), { clocks }).differences
  expect(difference).toMatchObject({ class: 'length', recorded: '[]', replayed: '[1]' })
  expect(difference?.path.length).toBeLessThan(500)
})

test('arrays that differ in order at every one of three thousand levels', () => {
  let [left, right] = ['1', '2']
  for (let level = 0; level < 3000; level++) [left, right] = [`[${left},"a","b"]`, `[${right},"b","a"]`]
  const verdict = compare(outcome(left), outcome(right), { clocks })
  expect(verdict).toMatchObject({ pass: false, more: true })
  expect(verdict.differences.length).toBe(1000)
})

test('thousands of noisy names', () => {
  const names = (first: number, last = 6): string =>
    JSON.stringify(
      Object.fromEntries(
        Array.from({ length: 3000 }, (_, index) => [
          `b7c1f9de-6a3e-4c0b-9d61-0f4f0e6a${(first + index).toString(16).padStart(4, '0')}`,
          { v: index === 2999 ? last : index % 7 },
        ]),
      ),
    )
  expect(compare(outcome(names(0)), outcome(names(30_000)), { clocks }).pass).toBe(true)
  expect(compare(outcome(names(0)), outcome(names(30_000, 9)), { clocks }).pass).toBe(false)
})

test('an unordered array of thousands that are almost equal', () => {
  const items = (first: number): string => JSON.stringify(Array.from({ length: 3000 }, (_, index) => ({ id: first + index, k: 1 })))
  expect(compare(outcome(items(0)), outcome(items(1)), { rules: { unordered: ['body'], noise: ['body[*].k'] } }).pass).toBe(false)
})

test.each([
  ['one long token', 'a1B'.repeat(1_000_000)],
  ['beginnings of JWTs', 'eyJ'.repeat(1_000_000)],
  ['digits', '1'.repeat(1_000_000)],
  ['dates that break off', '2026-03-01T10:15:'.repeat(100_000)],
  ['separators', ' -_~=+/'.repeat(200_000)],
  ['base64 with marks', 'a/b+'.repeat(300_000)],
  ['beginnings of hashes', '$2b$10$'.repeat(100_000)],
  ['escapes', '%2F%'.repeat(200_000)],
  ['times of day', '10:15:'.repeat(200_000)],
  ['encrypted tokens', 'eyJa.b.c.d.'.repeat(100_000)],
  ['zeros and an end', `${'0'.repeat(1_000_000)}1`],
])('a text of %s', (_what, long) => {
  expect(compare(outcome(long, text), outcome(`${long}x`, text), { clocks }).pass).toBe(false)
  expect(compare(outcome({ a: long }), outcome({ a: `x${long}` }), { clocks }).pass).toBe(false)
})

test('numbers of a million digits, and exponents beyond all bounds', () => {
  const zeros = '0'.repeat(1_000_000)
  expect(compare(outcome(`1${zeros}`), outcome(`1${zeros}.0`)).pass).toBe(true)
  expect(compare(outcome(`1${zeros}`), outcome('1e1000000')).pass).toBe(true)
  expect(compare(outcome(`1${zeros}1`), outcome(`1${zeros}2`)).pass).toBe(false)
  expect(compare(outcome('1e999999999999999999999'), outcome('1')).pass).toBe(false)
})

test('more objects than fit the memory are compared as text', () => {
  const objects = `[${'{},'.repeat(2_000_000)}`
  expect(compare(outcome(`${objects}1]`), outcome(`${objects}2]`), { clocks }).differences).toMatchObject([
    { path: 'body', class: 'value' },
  ])
})

test('fifty megabytes with a difference at the end', () => {
  const long = Buffer.alloc(50_000_000, 'abc def\n')
  const other = Buffer.from(long)
  other[49_999_990] = 0x58
  expect(compare(outcome(long, text), outcome(other, text), { clocks }).pass).toBe(false)
  expect(compare(outcome(long, text), outcome(Buffer.from(long), text), { clocks }).pass).toBe(true)
})

test('invalid UTF-8, and names that objects inherit', () => {
  const broken = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])
  const other = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x32, 0x7d])
  expect(compare(outcome(broken), outcome(other), { clocks }).differences).toMatchObject([{ recorded: '1', replayed: '2' }])
  expect(compare(outcome(broken), outcome(Buffer.from(broken)), { clocks }).pass).toBe(true)
  const inherited = '{"__proto__":{"polluted":1},"toString":1,"hasOwnProperty":1}'
  expect(compare(outcome(inherited), outcome(inherited.replace('polluted":1', 'polluted":2')), { clocks }).differences).toMatchObject([
    { path: 'body.__proto__.polluted' },
  ])
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})

test('a body that would be decoded to gigabytes is compared as it is', () => {
  const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024))
  const other = Uint8Array.from(bomb)
  other[4] = 1
  const encoded = { ...json, 'content-encoding': 'gzip' }
  expect(compare(outcome(bomb, encoded), outcome(other, encoded)).differences).toMatchObject([{ path: 'body', class: 'bytes' }])
})

test('tokens inside tokens inside tokens', () => {
  const wrap = (inner: string): string => {
    let value = inner
    for (let level = 0; level < 12; level++) value = Buffer.from(JSON.stringify({ v: value })).toString('base64url')
    return value
  }
  expect(compare(outcome({ c: wrap('a') }), outcome({ c: wrap('b') }), { clocks }).pass).toBe(false)
  expect(compare(outcome({ c: wrap('1772360130') }), outcome({ c: wrap('1795334400') }), { clocks }).pass).toBe(true)
})
