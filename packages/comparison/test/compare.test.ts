import { gzipSync, brotliCompressSync, deflateRawSync, deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { compare, type HttpOutcome } from '@retake/comparison'
import { json, outcome, text } from './outcomes.ts'

/** `body.a: value` */
function told(recorded: HttpOutcome, replayed: HttpOutcome): string[] {
  return compare(recorded, replayed).differences.map(({ path, class: kind }) => `${path}: ${kind}`)
}

const passes: readonly (readonly [why: string, recorded: HttpOutcome, replayed: HttpOutcome])[] = [
  ['the same', outcome({ a: 1 }), outcome({ a: 1 })],
  ['members in another order', outcome('{"a":1,"b":[1,2]}'), outcome('{ "b": [1, 2],\n "a": 1 }')],
  ['numbers spelled otherwise', outcome('[1.0, 1e2, 0.5, -0, 12e-1]'), outcome('[1, 100, 5E-1, 0, 1.2]')],
  ['texts escaped otherwise', outcome('["\\u00e9\\/"]'), outcome('["é/"]')],
  ['names of headers in other case', outcome({}, { ...json, 'X-A': '1' }), outcome({}, { ...json, 'x-a': '1' })],
  ['headers in another order', outcome({}, { a: '1', b: '2' }), outcome({}, { b: '2', a: '1' })],
  ['framing', outcome({ a: 1 }, { ...json, 'content-length': '7' }), outcome({ a: 1 }, { ...json, 'transfer-encoding': 'chunked' })],
  [
    'hop-by-hop headers',
    outcome({}, { ...json, connection: 'keep-alive', 'keep-alive': 'timeout=5' }),
    outcome({}, { ...json, connection: 'close' }),
  ],
  [
    'parameters of the media type',
    outcome({}, { 'content-type': 'application/json;charset=UTF-8' }),
    outcome({}, { 'content-type': 'Application/JSON; charset=utf-8' }),
  ],
  [
    'different cookies in another order',
    outcome({}, { 'set-cookie': ['a=1; Path=/', 'b=2'] }),
    outcome({}, { 'set-cookie': ['b=2', 'a=1; path=/'] }),
  ],
  [
    'compressed otherwise, the same content',
    outcome(gzipSync('{"a":1}', { level: 1 }), { ...json, 'content-encoding': 'gzip' }),
    outcome(gzipSync('{"a": 1}', { level: 9 }), { ...json, 'content-encoding': 'gzip' }),
  ],
  [
    'deflate with and without header',
    outcome(deflateSync('{"a":1}'), { ...json, 'content-encoding': 'deflate' }),
    outcome(deflateRawSync('{"a": 1}'), { ...json, 'content-encoding': 'deflate' }),
  ],
  [
    'an ETag of the same content in other bytes',
    outcome('{"a":1,"b":2}', { ...json, etag: 'W/"d-abc"' }),
    outcome('{"b":2,"a":1}', { ...json, etag: 'W/"d-def"' }),
  ],
  ['another boundary', multipart('x', '1'), multipart('yy', '1')],
  ['raw headers', { status: 200, rawHeaders: ['X-A', '1', 'X-A', '2'] }, { status: 200, rawHeaders: ['x-a', '1', 'x-a', '2'] }],
  [
    'comments between events',
    outcome(': ping\n\ndata: 1\n\n', { 'content-type': 'text/event-stream' }),
    outcome('data: 1\n\n', { 'content-type': 'text/event-stream' }),
  ],
]

test.each(passes)('passes: %s', (_why, recorded, replayed) =>
  expect(compare(recorded, replayed)).toEqual({ pass: true, differences: [], more: false }),
)

const fails: readonly (readonly [why: string, recorded: HttpOutcome, replayed: HttpOutcome, differences: readonly string[]])[] = [
  ['status', outcome({}), outcome({}, json, 201), ['status: status']],
  ['value', outcome({ a: { b: [1, 2] } }), outcome({ a: { b: [1, 3] } }), ['body.a.b[1]: value']],
  ['every value, in order', outcome({ a: 1, b: 2, c: 3 }), outcome({ c: 0, a: 0, b: 2 }), ['body.a: value', 'body.c: value']],
  ['numbers that JSON.parse would round', outcome('{"n":9007199254740993}'), outcome('{"n":9007199254740992}'), ['body.n: value']],
  ['digits that a double does not have', outcome('[0.1]'), outcome('[0.10000000000000000001]'), ['body[0]: value']],
  ['type', outcome({ a: '1' }), outcome({ a: 1 }), ['body.a: type']],
  ['null is a type', outcome({ a: null }), outcome({ a: 0 }), ['body.a: type']],
  ['null is not absence', outcome({ a: null }), outcome({}), ['body.a: missing']],
  ['added member', outcome({}), outcome({ 'a.b': 1 }), ['body["a.b"]: added']],
  ['a member called __proto__', outcome('{"__proto__":1}'), outcome('{}'), ['body.__proto__: missing']],
  ['a name given twice', outcome('{"a":1,"a":2}'), outcome('{"a":2}'), ['body: value']],
  ['lost item', outcome([1, 2, 3]), outcome([1, 3]), ['body: length']],
  ['moved items', outcome({ a: [{ n: 1 }, { n: 2 }, { n: 3 }] }), outcome({ a: [{ n: 2 }, { n: 1 }, { n: 3 }] }), ['body.a: order']],
  ['a header lost, another added', outcome({}, { a: '1' }), outcome({}, { b: '1' }), ['headers.a: missing', 'headers.b: added']],
  ['the order of values of one header', outcome({}, { a: ['1', '2'] }), outcome({}, { a: ['2', '1'] }), ['headers.a: value']],
  [
    'the last of two cookies of one name',
    outcome({}, { 'set-cookie': ['a=1', 'a=2'] }),
    outcome({}, { 'set-cookie': ['a=1', 'a=3'] }),
    ['headers.set-cookie: value'],
  ],
  [
    'an attribute of a cookie',
    outcome({}, { 'set-cookie': 'a=1; HttpOnly' }),
    outcome({}, { 'set-cookie': 'a=1' }),
    ['headers.set-cookie: missing'],
  ],
  [
    'an ETag of the same bytes',
    outcome({ a: 1 }, { ...json, etag: 'W/"d-abc"' }),
    outcome({ a: 1 }, { ...json, etag: 'W/"d-def"' }),
    ['headers.etag: value'],
  ],
  [
    'an ETag beside the body that it is made of',
    outcome({ a: 1 }, { ...json, etag: '"x1"' }),
    outcome({ a: 2 }, { ...json, etag: '"x2"' }),
    ['body.a: value'],
  ],
  [
    'media type',
    outcome({ a: 1 }, { 'content-type': 'application/json' }),
    outcome({ a: 1 }, { 'content-type': 'text/html' }),
    ['headers.content-type: value'],
  ],
  [
    'a trailer',
    { ...outcome('x'), rawTrailers: ['X-Sum', '1'] },
    { ...outcome('x'), rawTrailers: ['x-sum', '2'] },
    ['trailers.x-sum: value'],
  ],
  ['an answer that was cut off', outcome('x'), { ...outcome('x'), aborted: true }, ['body: length']],
  ['text, to the last space', outcome('OK', text), outcome('OK ', text), ['body: value']],
  ['JSON served as text is text', outcome('{"a":1}', text), outcome('{"a": 1}', text), ['body: value']],
  ['bytes', outcome(Uint8Array.of(0xff, 1, 2)), outcome(Uint8Array.of(0xff, 1, 3)), ['body: bytes']],
  [
    'bytes that happen to be text',
    outcome('ab', { 'content-type': 'application/octet-stream' }),
    outcome('ac', { 'content-type': 'application/octet-stream' }),
    ['body: bytes'],
  ],
  [
    'inside compression',
    outcome(brotliCompressSync('{"a":1}'), { ...json, 'content-encoding': 'br' }),
    outcome(brotliCompressSync('{"a":2}'), { ...json, 'content-encoding': 'br' }),
    ['body.a: value'],
  ],
  [
    'a body that is not what its header says',
    outcome('abc', { ...json, 'content-encoding': 'gzip' }),
    outcome('abd', { ...json, 'content-encoding': 'gzip' }),
    ['body: bytes'],
  ],
  [
    'an unknown coding',
    outcome('abc', { 'content-encoding': 'constructor' }),
    outcome('abd', { 'content-encoding': 'constructor' }),
    ['body: bytes'],
  ],
  [
    'a lost event',
    outcome('data: 1\n\ndata: 2\n\n', { 'content-type': 'text/event-stream' }),
    outcome('data: 1\n\n', { 'content-type': 'text/event-stream' }),
    ['body: length'],
  ],
  [
    'an event',
    outcome('event: a\ndata: {"n":1}\n\n', { 'content-type': 'text/event-stream' }),
    outcome('event: a\ndata: {"n":2}\n\n', { 'content-type': 'text/event-stream' }),
    ['body[0].data.n: value'],
  ],
  [
    'a line',
    outcome('{"n":1}\n{"n":2}\n', { 'content-type': 'application/x-ndjson' }),
    outcome('{"n":1}\n{"n":3}\n', { 'content-type': 'application/x-ndjson' }),
    ['body[1].n: value'],
  ],
  [
    'a form field',
    outcome('a=1&b=2', { 'content-type': 'application/x-www-form-urlencoded' }),
    outcome('b=3&a=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    ['body.b: value'],
  ],
  ['a part', multipart('x', '1'), multipart('x', '2'), ['body[0].body: value']],
  [
    'GraphQL errors beside 200',
    outcome({ data: { a: 1 } }),
    outcome({ data: { a: null }, errors: [{ message: 'no' }] }),
    ['body.data.a: type', 'body.errors: added'],
  ],
  [
    'a drawn value: draws are replayed, so it is a difference',
    outcome({ id: 'b7c1f9de-6a3e-4c0b-9d61-0f4f0e6a8c11' }),
    outcome({ id: '0d9e8f7a-6b5c-4d3e-8f2a-1b0c9d8e7f6a' }),
    ['body.id: value'],
  ],
]

test.each(fails)('fails: %s', (_why, recorded, replayed, differences) => expect(told(recorded, replayed)).toEqual(differences))

test('a verdict says what is wrong', () => {
  const recorded = outcome({ total: 3, items: [{ sku: 'a', price: 1299 }, { sku: 'b' }, { sku: 'c' }] })
  const replayed = outcome({ total: '3', items: [{ sku: 'a', price: 1299 }, { sku: 'c' }] })
  expect(compare(recorded, replayed).differences).toMatchInlineSnapshot(`
    [
      {
        "class": "type",
        "path": "body.total",
        "reason": "a number became a string",
        "recorded": "3",
        "replayed": ""3"",
      },
      {
        "class": "length",
        "path": "body.items",
        "reason": "3 items recorded, 2 now; [1] is gone",
        "recorded": "[{"sku":"a","price":1299},{"sku":"b"},{"sku":"c"}]",
        "replayed": "[{"sku":"a","price":1299},{"sku":"c"}]",
      },
    ]
  `)
})

/** A body of one part; the boundary is no meaning, so the media type says so too. */
function multipart(boundary: string, value: string): HttpOutcome {
  return outcome(`--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n${value}\r\n--${boundary}--\r\n`, {
    'content-type': `multipart/form-data; boundary=${boundary}`,
  })
}

test('where the bodies hide secrets, an ETag may be that of other ones; whether there is one still counts', () => {
  const recorded = outcome({ token: '‹secret›' }, { ...json, etag: 'W/"d-abc"' })
  const replayed = outcome({ token: '‹secret›' }, { ...json, etag: 'W/"d-def"' })
  expect(compare(recorded, replayed, { hidesSecrets: true }).pass).toBe(true)
  expect(compare(recorded, replayed).pass).toBe(false)
  const without = outcome({ token: '‹secret›' }, json)
  expect(compare(recorded, without, { hidesSecrets: true }).pass).toBe(false)
})

test('bodies that are packed without a header that says so are compared by what is in them', () => {
  const file = { 'content-type': 'application/gzip' }
  const pack = (value: unknown, level: number): Uint8Array => gzipSync(JSON.stringify(value), { level })
  expect(compare(outcome(pack({ a: 1 }, 1), file), outcome(pack({ a: 1 }, 9), file)).pass).toBe(true)
  expect(compare(outcome(gzipSync(pack({ a: 1 }, 1)), file), outcome(gzipSync(pack({ a: 1 }, 9)), file)).pass).toBe(true)
  const { pass, differences } = compare(outcome(pack({ user: { age: 1 } }, 1), file), outcome(pack({ user: { age: 2 } }, 1), file))
  expect([pass, differences.map(({ path }) => path)]).toEqual([false, ['body.user.age']])
  expect(compare(outcome(pack({ a: 1 }, 1), file), outcome(pack({ a: 1 }, 1).subarray(0, 20), file)).pass).toBe(false)
})

test('what was lost from a long list is named', () => {
  const rows = Array.from({ length: 12_000 }, (_, index) => ({ id: index, name: `row ${index}` }))
  const without = (from: number, count: number): unknown[] => rows.toSpliced(from, count)
  const reason = (recorded: unknown, replayed: unknown): string | undefined =>
    compare(outcome(recorded), outcome(replayed)).differences.find(({ class: kind }) => kind === 'length')?.reason
  expect(reason(rows, without(7000, 1))).toBe('12000 items recorded, 11999 now; [7000] is gone')
  expect(reason(without(0, 3), rows)).toBe('11997 items recorded, 12000 now; [0] to [2] are new')
  expect(reason(rows, without(11_999, 1))).toBe('12000 items recorded, 11999 now; [11999] is gone')
  expect(reason(rows, without(9000, 1).toSpliced(2000, 1))).toBe('12000 items recorded, 11998 now')
})
