import { expect, test } from 'vitest'
import { compare } from '@retake/comparison'
import { clocks, outcome } from './outcomes.ts'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const alphabets = { hex: base62.slice(0, 10) + 'abcdef', base36: base62.slice(0, 10) + base62.slice(36), base62, base64url: `${base62}-_` }

/** Random numbers that are the same in every run (xorshift32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

function drawn(alphabet: keyof typeof alphabets, length: number, next: () => number): string {
  const characters = alphabets[alphabet]
  return Array.from({ length }, () => characters[Math.floor(next() * characters.length)]).join('')
}

function isNoise(recorded: string, replayed: string): boolean {
  return compare(outcome({ v: recorded }), outcome({ v: replayed }), { clocks }).pass
}

// What each of the two alone would make of these is another thing in up to half of the cases.
test.each<[what: string, make: (next: () => number) => string]>([
  ['nanoid', (next) => drawn('base64url', 21, next)],
  ['nanoid with a prefix', (next) => `req_${drawn('base64url', 21, next)}`],
  ['nanoid after a dash', (next) => `usr-${drawn('base64url', 21, next)}`],
  ['token of 24 bytes', (next) => drawn('base64url', 32, next)],
  ['token of 32 bytes', (next) => drawn('base64url', 43, next)],
  ['base62 with a prefix', (next) => `ch_${drawn('base62', 24, next)}`],
  ['key', (next) => `sk_live_${drawn('base62', 24, next)}`],
  ['base62', (next) => drawn('base62', 20, next)],
  ['span', (next) => drawn('hex', 16, next)],
  ['ObjectId', (next) => drawn('hex', 24, next)],
  ['hash', (next) => drawn('hex', 40, next)],
  ['signed session', (next) => `s:${drawn('base64url', 32, next)}.${drawn('base62', 43, next)}`],
  ['cuid', (next) => `c${drawn('base36', 24, next)}`],
  ['cuid2', (next) => `t${drawn('base36', 23, next)}`],
])('drawn is drawn, whatever chance makes it look like: %s', (_what, make) => {
  const next = numbers(20_260_301)
  const pairs = Array.from({ length: 400 }, () => [make(next), make(next)] as const)
  const alarms = pairs.filter(([recorded, replayed]) => !isNoise(recorded, replayed))
  expect(alarms.length, alarms.map((pair) => pair.join(' → ')).join('\n')).toBeLessThanOrEqual(6)
})

test.each([
  ['an underscore that is no end of a prefix', 'req_c7-eQ2xLp9Vt4BAbCdEf2G', 'req_Zk3Xn8Qw2Lp9Vt4B_y1D8z'],
  ['beginning with a dash', '-rDOtxltf7gwjo4r', 'Ydjb1X1PVZt-h7lQ'],
  ['no digit in one of them', 'ord_E9exS2X4EdeOPy', 'ord_LvJcgZbyqYmrnx'],
  ['few letters in one of them', '588d325221531789953d', '6e0d8746a50df7f16325'],
  ['few digits in one of them', 'clcahpua8dlhydueg3kuzaqys', 'clnq4rkg66z2gktdxkmpqjsnc'],
])('two that were drawn: %s', (_what, recorded, replayed) => {
  expect(isNoise(recorded, replayed)).toBe(true)
  expect(isNoise(replayed, recorded)).toBe(true)
})

test.each([
  ['another prefix', 'pi_3MtwBwLkdIwHu7ix28a3tqPa', 'si_3NxaCyLkdIwHu7ix11b9ztQm'],
  ['live and test', 'pk_live_8fK2mQ9xLp3Rt7Vw2Ab4', 'pk_test_Zk3Xn8Qw2Lp9Vt4B8cD1'],
  ['one character less', 'req_c7-eQ2xLp9Vt4BAbCdEf2G', 'req_Zk3Xn8Qw2Lp9Vt4B_y1D8'],
  ['a name instead', 'V1StGXR8_Z5jdHi6B-myT', 'quarterly-report-2026'],
  ['hex, and not any more', '5f2b8c1e9a7d4036b1c2d3e4', 'qx7b8c1e9a7d4036b1c2d3ez'],
  ['digits only', '5f2b8c1e9a7d4036b1c2d3e4', '123456789012345678901234'],
  ['a slug and another', 'how-to-bake-Bread-2026-v1', 'how-to-grow-Herbs-2026-v2'],
])('not drawn: %s', (_what, recorded, replayed) => {
  expect(isNoise(recorded, replayed)).toBe(false)
  expect(isNoise(replayed, recorded)).toBe(false)
})

test('names that are put together of words and numbers are not drawn, however mixed they look', () => {
  expect(isNoise('iPhone14ProMax256GB', 'GalaxyS23Ultra512GB')).toBe(false)
  expect(isNoise('XPS13Plus9320', 'MBA15Late2024')).toBe(false)
})

test('a weekday that does not fit its date makes no time', () => {
  expect(isNoise('Sun, 01 Mar 2026 10:15:30 GMT', 'Sun, 22 Nov 2026 08:00:00 GMT')).toBe(true)
  expect(isNoise('Sun, 01 Mar 2026 10:15:30 GMT', 'Tue, 22 Nov 2026 08:00:00 GMT')).toBe(false)
})
