import { describe, expect, test } from 'vitest'
import { compare, type CompareRules, type HttpOutcome, References } from '@retake/comparison'
import { clocks, json, outcome, text } from './outcomes.ts'

const [a, b] = ['b7c1f9de-6a3e-4c0b-9d61-0f4f0e6a8c11', '2f1d8a54-9c77-4e2a-8b3d-5a6c7e8f9012']
const [x, y] = ['0d9e8f7a-6b5c-4d3e-8f2a-1b0c9d8e7f6a', 'c4b3a291-8f7e-4d6c-9b5a-4f3e2d1c0b9a']

/** As X makes them. */
function snowflake(ms: number): string {
  return String((BigInt(ms - 1_288_834_974_657) << 22n) + 4711n)
}

type Value = string | number | null
/** Compares one member. */
function passes(recorded: Value, replayed: Value, name = 'v'): boolean {
  return compare(outcome({ [name]: recorded }), outcome({ [name]: replayed }), { clocks }).pass
}

const noise: readonly (readonly [what: string, recorded: Value, replayed: Value])[] = [
  ['uuid 4', a, x],
  ['nanoid', 'V1StGXR8_Z5jdHi6B-myT', 'Uakgb_J5m9g-0JDMbcJqL'],
  ['cuid2', 'tz4a98xxat96iws9zmbrgj3a', 'pfh0haxfpzowht3oi213cqos'],
  ['KSUID', '0ujtsYcgvSTl8PAuAdqWYSMnLOv', '0ujzPyRiIAffKhBux4PvQdDqMHY'],
  ['ObjectId of the run', '69a411c200112233445566aa', '6b02a100aabbccddeeff0011'],
  ['prefixed id', 'ord_8fK2mQ9xLp3Rt7Vw', 'ord_Zk3Xn8Qw2Lp9Vt4B'],
  ['hex', '5f2b8c1e9a7d4036b1c2d3e4f5061728', 'e19a0c7b52d84f63a0918273645f5e4d'],
  [
    'bcrypt',
    '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy',
    '$2b$10$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW',
  ],
  ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '00-5cf92f3577b34da6a3ce929d0e0e4737-11f067aa0ba902b8-01'],
  ['today', '2026-03-01', '2026-11-22'],
  ['in two weeks', '2026-03-15', '2026-12-06'],
  ['seconds', 1772360130, 1795334400],
  ['seconds as text', '1772360130', '1795334400'],
  ['RFC 1123', 'Sun, 01 Mar 2026 10:15:30 GMT', 'Sun, 22 Nov 2026 08:00:00 GMT'],
  ['µs', '2026-03-01T10:15:30.123456', '2026-11-22T08:00:00.456123'],
  ['snowflake of X', snowflake(clocks.recordedAt), snowflake(clocks.replayedAt)],
  ['a uuid after a name', `user-${a}`, `user-${x}`],
  ['a ray of a proxy', '7d1f0a2b3c4d5e6f-FRA', '9a8b7c6d5e4f3a2b-FRA'],
  ['x-ray', 'Root=1-69a411c2-abcdef012345678912345678;Sampled=1', 'Root=1-6b02a100-0123456789abcdef01234567;Sampled=1'],
  ['ISO in its basic form', '20260301T101530Z', '20261122T080000Z'],
  [
    'a presigned URL',
    'https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIA%2F20260301%2Feu&X-Amz-Date=20260301T101530Z&X-Amz-Signature=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIA%2F20261122%2Feu&X-Amz-Date=20261122T080000Z&X-Amz-Signature=2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  ],
  [
    'Date.toString',
    'Sun Mar 01 2026 10:15:30 GMT+0000 (Coordinated Universal Time)',
    'Sun Nov 22 2026 08:00:00 GMT+0000 (Coordinated Universal Time)',
  ],
  ['mail', 'Sun, 01 Mar 2026 11:15:30 +0100', 'Sun, 22 Nov 2026 09:00:00 +0100'],
  ['a log line', 'a [01/Mar/2026:10:15:30 +0000] "GET /"', 'a [22/Nov/2026:08:00:00 +0000] "GET /"'],
  ['English', '3/1/2026, 10:15:30 AM', '11/22/2026, 8:00:00 AM'],
  ['a time with an offset', '2026-03-01T11:15:30.123+01:00', '2026-11-22T09:00:00.456+01:00'],
]
test.each(noise)('is noise: %s', (_what, recorded, replayed) => expect(passes(recorded, replayed)).toBe(true))

const data: readonly (readonly [what: string, recorded: Value, replayed: Value])[] = [
  ['another version of uuid', a, '2f1d8a54-9c77-1e2a-8b3d-5a6c7e8f9012'],
  ['the nil uuid', a, '00000000-0000-0000-0000-000000000000'],
  ['a truncated uuid', a, x.slice(0, -1)],
  ['nothing', a, ''],
  ['null', a, null],
  ['"undefined"', a, 'undefined'],
  ['a number', a, 7],
  ['another case', a, x.toUpperCase()],
  ['a truncated nanoid', 'V1StGXR8_Z5jdHi6B-myT', 'Uakgb_J5m9g-0JDMbcJq'],
  ['another prefix', 'ord_8fK2mQ9xLp3Rt7Vw', 'inv_Zk3Xn8Qw2Lp9Vt4B'],
  ['an ObjectId of another year', '69a411c200112233445566aa', '65a40f1200112233445566ab'],
  [
    'the cost of bcrypt',
    '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy',
    '$2b$04$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW',
  ],
  ['a date that does not move along', '2026-03-15', '2026-12-07'],
  ['a birth date', '1990-04-12', '1990-04-13'],
  ['a phone number', 4915112345, 4915112346],
  ['an id that counts', 1001, 1002],
  ['a lost fraction', '2026-03-01T10:15:30.123Z', '2026-11-22T08:00:00Z'],
  ['another zone', '2026-03-01T10:15:30.123+01:00', '2026-11-22T08:00:00.456Z'],
  ['a name before a uuid', `user-${a}`, `admin-${x}`],
  ['where a proxy is', '7d1f0a2b3c4d5e6f-FRA', '9a8b7c6d5e4f3a2b-AMS'],
  ['a number that is no snowflake', '1234567890123456789', '1234567890123456790'],
  ['eight digits', '20260301', '20260302'],
  [
    'the path of a presigned URL',
    'https://b.s3.amazonaws.com/k?X-Amz-Date=20260301T101530Z',
    'https://b.s3.amazonaws.com/l?X-Amz-Date=20261122T080000Z',
  ],
  ['IBAN', 'DE89370400440532013000', 'DE89370400440532013001'],
  ['ISBN', '978-3-16-148410-0', '978-3-16-148411-0'],
  ['version', 'v18.20.4', 'v20.11.1'],
  ['MAC address', '00:1B:44:11:3A:B7', '00:1B:44:11:3A:B8'],
  ['tracking number', '1Z999AA10123456784', '1Z999AA10123456785'],
  ['licence key', 'X7K2-9QPL-44DX-ZZ10', 'X7K2-9QPL-44DX-ZZ11'],
  ['name in camel case', 'userAccountCreated', 'userAccountDeleted'],
  ['e-mail', 'john.smith1985@example.com', 'jane.smith1985@example.com'],
  ['slug', 'how-to-bake-bread-2026-part1', 'how-to-bake-bread-2026-part2'],
  ['URL', 'https://cdn.example.com/a1/b2/c3.png', 'https://cdn.example.com/a1/b2/c4.png'],
]
test.each(data)('is a difference: %s', (_what, recorded, replayed) => expect(passes(recorded, replayed)).toBe(false))

test('commits are data, checksums follow what they are made of', () => {
  const [hash, other] = ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b', '2c26b46b68ffc68ff99b453c1d30413413422d70']
  expect(passes(hash, other, 'commit')).toBe(false)
  expect(passes(hash, other, 'bodyHash')).toBe(false)
  expect(compare(outcome({ id: a, checksum: hash }), outcome({ id: x, checksum: other }), { clocks }).pass).toBe(true)
})

test('a signed session cookie is noise, its attributes are not', () => {
  const cookie = (id: string, signature: string, rest: string): HttpOutcome =>
    outcome({}, { ...json, 'set-cookie': `connect.sid=${encodeURIComponent(`s:${id}.${signature}`)}; Path=/; ${rest}` })
  const recorded = cookie('kP3v9ZxQ1rT7uW2y5mN8kP3v9ZxQ1rT7', 'bB+qYt2RfK9wE4qL6nZx1CbB9qYt2RfK9wE4qL6nZx1', 'HttpOnly')
  expect(
    compare(recorded, cookie('uW2y5mN8kP3v9ZxQ1rT7uW2y5mN8kP3v', '9wE4qL6nZx1CbBqYt2RfK9wE4qL6nZx1Cb/qYt2RfK9', 'HttpOnly'), { clocks })
      .pass,
  ).toBe(true)
  expect(
    compare(recorded, cookie('uW2y5mN8kP3v9ZxQ1rT7uW2y5mN8kP3v', '9wE4qL6nZx1CbBqYt2RfK9wE4qL6nZx1Cb/qYt2RfK9', 'Secure'), { clocks }).pass,
  ).toBe(false)
})

describe('references hold', () => {
  const told = (recorded: HttpOutcome, replayed: HttpOutcome): string[] =>
    compare(recorded, replayed, { clocks }).differences.map(({ path, class: kind }) => `${path}: ${kind}`)

  test('renamed one to one', () => expect(told(outcome({ id: a, ref: a }), outcome({ id: x, ref: x }))).toEqual([]))
  test('swapped', () => expect(told(outcome({ u: a, v: b, ref: a }), outcome({ u: x, v: y, ref: y }))).toEqual(['body.ref: reference']))
  test('split', () => expect(told(outcome([a, a]), outcome([x, y]))).toEqual(['body[1]: reference']))
  test('collapsed', () => expect(told(outcome([a, b]), outcome([x, x]))).toEqual(['body[1]: reference']))
  test('one of them kept', () => expect(told(outcome([a, b, b]), outcome([x, b, x]))).toEqual(['body[2]: reference']))
  test('between body and headers', () => {
    const at = (id: string, path: string): HttpOutcome => outcome({ id }, { ...json, location: `/orders/${path}` })
    expect(told(at(a, a), at(x, x))).toEqual([])
    expect(told(at(a, a), at(x, y))).toEqual(['headers.location: reference'])
  })
  test('inside a sentence', () =>
    expect(told(outcome(`${a} pays ${a}`, text), outcome(`${x} pays ${y}`, text))).toEqual(['body: reference']))
  test('between takes', () => {
    const context = { clocks, references: new References() }
    expect(compare(outcome({ id: a }), outcome({ id: x }), context).pass).toBe(true)
    expect(compare(outcome({ id: a }), outcome({ id: y }), context).differences[0]?.class).toBe('reference')
  })
})

describe('rules of the user', () => {
  const told = (recorded: unknown, replayed: unknown, rules: CompareRules): string[] =>
    compare(outcome(recorded), outcome(replayed), { rules }).differences.map(({ path, class: kind }) => `${path}: ${kind}`)

  test('noise: the value may differ, type and presence must hold', () => {
    const rules = { noise: ['body.posts[*].views', 'body["a.b"]', 'body.byName.*.at', 'body.list[1]'] }
    expect(told({ posts: [{ views: 1 }], 'a.b': 1 }, { posts: [{ views: 2 }], 'a.b': 2 }, rules)).toEqual([])
    expect(told({ posts: [{ views: 1 }] }, { posts: [{ views: '1' }] }, rules)).toEqual(['body.posts[0].views: type'])
    expect(told({ posts: [{ views: 1 }] }, { posts: [{}] }, rules)).toEqual(['body.posts[0].views: missing'])
    expect(told({ posts: { views: 1 }, a: { b: 1 } }, { posts: { views: 2 }, a: { b: 2 } }, rules)).toEqual([
      'body.posts.views: value',
      'body.a.b: value',
    ])
    expect(told({ byName: { x: { at: 1 } } }, { byName: { x: { at: 2 } } }, rules)).toEqual([])
    expect(told({ list: [1, 2] }, { list: [3, 4] }, rules)).toEqual(['body.list[0]: value'])
  })
  test('ignore: also presence and type', () => {
    expect(told({ a: 1, b: 1 }, { b: 2 }, { ignore: ['body.a'] })).toEqual(['body.b: value'])
    expect(told({}, { a: 1 }, { ignore: ['body.a'] })).toEqual([])
  })
  test('headers: names ignore case', () => {
    const context = { rules: { noise: ['headers.X-Build'] } }
    expect(compare(outcome({}, { 'x-build': '1' }), outcome({}, { 'X-BUILD': '2' }), context).pass).toBe(true)
    expect(compare(outcome({}, { 'x-build-id': '1' }), outcome({}, { 'x-build-id': '2' }), context).pass).toBe(false)
  })
  test('unordered is a multiset', () => {
    expect(told(['a', 'b', 'c'], ['c', 'a', 'b'], { unordered: ['body'] })).toEqual([])
    expect(told(['a', 'a', 'b'], ['a', 'b', 'b'], { unordered: ['body'] })).toEqual(['body: value'])
    expect(
      told(
        [
          { k: 1, n: 1 },
          { k: 2, n: 2 },
        ],
        [
          { k: 2, n: 8 },
          { k: 1, n: 9 },
        ],
        { unordered: ['body'], noise: ['body[*].n'] },
      ),
    ).toEqual([])
  })
  test('patterns: the replayed value must match', () => {
    const rules = { patterns: { 'body.ref': '^INV-\\d{4}$' } }
    expect(told({ ref: 'INV-0001' }, { ref: 'INV-0002' }, rules)).toEqual([])
    expect(told({ ref: 'INV-0001' }, { ref: 'INV-2' }, rules)).toEqual(['body.ref: pattern'])
  })
  test('floatTolerance is for numbers with a fraction', () => {
    expect(told([0.3, 7], [0.30000000000000004, 7], { floatTolerance: 1e-9 })).toEqual([])
    expect(told([7], [8], { floatTolerance: 5 })).toEqual(['body[0]: value'])
  })
  test('origins: as a whole, not as a beginning', () => {
    const rules = { origins: { recorded: 'http://localhost:3000', replayed: 'http://127.0.0.1:41' } }
    expect(told('"http://localhost:3000/a"', '"http://127.0.0.1:41/a"', rules)).toEqual([])
    expect(told('"http://localhost:3000/a"', '"http://127.0.0.1:4173/a"', rules)).toEqual(['body: value'])
  })
  test('positions in the sources of Node are those of the release that runs', () => {
    const stack = (line: number, file = 'process/task_queues', own = 7) =>
      `Error: boom\n    at f (file:///app/a.mjs:${own}:3)\n    at g (node:internal/${file}:${line}:5)\n    at node:events:${line}:28`
    expect(told({ stack: stack(95) }, { stack: stack(104) })).toEqual([])
    expect(told({ stack: stack(95) }, { stack: stack(104, 'timers') })).toEqual(['body.stack: value'])
    expect(told({ stack: stack(95) }, { stack: stack(104, 'process/task_queues', 8) })).toEqual(['body.stack: value'])
  })
  test('a redacted value needs a value', () => {
    const rules = { redactedPlaceholder: '[REDACTED]' }
    expect(told({ k: 'Bearer [REDACTED]' }, { k: 'Bearer abc' }, rules)).toEqual([])
    expect(told({ k: 'Bearer [REDACTED]' }, { k: 'Bearer ' }, rules)).toEqual(['body.k: value'])
    expect(told({ k: 'Bearer [REDACTED]' }, { k: 'Basic abc' }, rules)).toEqual(['body.k: value'])
  })
  test('a path or pattern that cannot be read is an error', () => {
    for (const rules of [{ noise: ['body[x]'] }, { ignore: ['[0]'] }, { patterns: { 'body.a': '(' } }]) {
      expect(() => told(1, 1, rules)).toThrow(expect.objectContaining({ code: 'RETAKE_CONFIG_INVALID' }) as Error)
    }
  })
})

test('redacted values are equal when their placeholders are of one form, and stand for each other', () => {
  const canonicalText = (value: string): string => value.replace(/\bsecret-[a-z]+\b/g, '<secret>')
  const told = (recorded: unknown, replayed: unknown): string[] =>
    compare(outcome(recorded), outcome(replayed), { canonicalText }).differences.map(({ path, class: kind }) => `${path}: ${kind}`)
  expect(told({ key: 'secret-abc', also: 'secret-abc' }, { key: 'secret-xyz', also: 'secret-xyz' })).toEqual([])
  expect(told('"Bearer secret-abc"', '"Bearer secret-xyz"')).toEqual([])
  expect(told('"Bearer secret-abc"', '"Basic secret-xyz"')).toEqual(['body: value'])
  expect(told(['secret-abc', 'secret-abc'], ['secret-xyz', 'secret-uvw'])).toEqual(['body[1]: reference'])
  expect(told({ key: 'secret-abc' }, { key: 'plain' })).toEqual(['body.key: value'])
  expect(told({ key: 'secret-abc' }, { key: '' })).toEqual(['body.key: value'])
  expect(told({ key: 'secret-abc' }, {})).toEqual(['body.key: missing'])
})
