import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { FieldValue, Target } from '@retake/core'
import { everyMember, parseBodyPath } from '../../src/http1/body-path.ts'
import { requestCall } from '../../src/http1/call.ts'
import { parseRequestHead, type RequestHead } from '../../src/http1/head.ts'
import { http1 } from '../../src/http1/http1.ts'
import { sniffRequest } from '../../src/http1/sniff.ts'

const target: Target = { host: 'example.test', port: 8080, path: undefined, secure: false }

function call(head: string, body: string | Uint8Array = '', to: Target = target) {
  const parsed = parseRequestHead(head) as RequestHead
  return requestCall(parsed, { bytes: typeof body === 'string' ? Buffer.from(body) : body }, to)
}

function body(type: string, content: string | Uint8Array, more = ''): FieldValue | undefined {
  return call(`POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\n${more}`, content).fields.body
}

test('fields in the order in which a miss is explained', () => {
  const made = call(
    'POST /a/b?z=1&a=2&z=0&e HTTP/1.1\r\nHost: Example.test:8080\r\nContent-Type: text/plain; charset=utf-8\r\nX-Request-Id: 7\r\nAccept: */*',
    'hi',
  )
  expect(Object.keys(made.fields)).toEqual(['method', 'origin', 'path', 'query', 'headers', 'body'])
  expect(made).toEqual({
    protocol: 'http1',
    target: 'example.test:8080',
    label: 'POST http://example.test:8080/a/b?z=1&a=2&z=0&e',
    effect: 'write',
    fields: {
      method: 'POST',
      origin: 'http://example.test:8080',
      path: '/a/b',
      query: { a: ['2'], e: [''], z: ['1', '0'] },
      headers: { accept: '*/*', 'content-type': 'text/plain' },
      body: 'hi',
    },
  })
  expect(call('GET /a?b=2&a=1 HTTP/1.1\r\nHost: a').fields).toEqual(call('GET /a?a=1&b=2 HTTP/1.1\r\nhost: A').fields)
})

test('volatile headers are no part of a call', () => {
  const plain = call('GET / HTTP/1.1\r\nHost: a').fields
  for (const header of [
    'traceparent: 00-1-2-01',
    'tracestate: a=b',
    'baggage: a=b',
    'b3: 1',
    'X-B3-TraceId: 1',
    'sentry-trace: 1',
    'X-Request-Id: 1',
    'x-correlation-id: 1',
    'Date: now',
    'User-Agent: node',
    'Connection: keep-alive',
    'Accept-Encoding: gzip',
    'x-amzn-trace-id: 1',
    'x-datadog-trace-id: 1',
    'sw8: 1',
    'X-Instana-T: 1',
    'EagleEye-TraceID: 1',
    'elastic-apm-traceparent: 1',
    'grpc-trace-bin: 1',
    'X-Stainless-Runtime-Version: v20.1.0',
    'x-stainless-retry-count: 1',
    'amz-sdk-invocation-id: 1',
    'x-amz-user-agent: aws-sdk-js/3.1',
    'X-Amz-Date: 20260102T030405Z',
    'x-amz-content-sha256: 1',
    'x-goog-api-client: gl-node/20.1',
    'x-ms-client-request-id: 1',
    'X-Stripe-Client-User-Agent: {}',
    'x-stripe-client-telemetry: {}',
    'x-elastic-client-meta: js=20.1',
    'x-client-info: supabase-js/2',
    'sec-fetch-mode: cors',
    'Sec-CH-UA: 1',
    'Proxy-Authorization: Basic YQ==',
    'Content-MD5: 1',
    'X-Forwarded-For: 10.0.0.1',
    'Priority: u=1',
  ]) {
    expect(call(`GET / HTTP/1.1\r\nHost: a\r\n${header}`).fields).toEqual(plain)
  }
})

test('any other header tells calls apart', () => {
  const plain = call('GET / HTTP/1.1\r\nHost: a').fields
  for (const name of [
    'X-User-Id',
    'x-account',
    'Idempotency-Key',
    'apikey',
    'PayPal-Request-Id',
    'X-Forwarded-Host',
    'x-amz-acl',
    'OpenAI-Organization',
    'Cache-Control',
    'Sec-WebSocket-Protocol',
    '__proto__',
    'constructor',
  ]) {
    const one = call(`GET / HTTP/1.1\r\nHost: a\r\n${name}: 1`).fields
    expect(one.headers).toEqual(Object.fromEntries([[name.toLowerCase(), '1']]))
    expect(one).not.toEqual(plain)
    expect(one).not.toEqual(call(`GET / HTTP/1.1\r\nHost: a\r\n${name}: 2`).fields)
  }
  // However many names an app makes up.
  for (let n = 0; n < 3000; n++) call(`GET / HTTP/1.1\r\nHost: a\r\nx-${n}: 1`)
  expect(call('GET / HTTP/1.1\r\nHost: a\r\nX-2: 1\r\nUser-Agent: u\r\nx-2: 2').fields.headers).toEqual({ 'x-2': '1, 2' })
})

test('of a signature it counts who signed', () => {
  const authorization = (value: string): unknown =>
    (call(`GET / HTTP/1.1\r\nHost: a\r\nAuthorization: ${value}`).fields.headers as { authorization?: string }).authorization
  const signed = (day: string, signature: string, id = 'AKIA1'): string =>
    `AWS4-HMAC-SHA256 Credential=${id}/${day}/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`
  expect(authorization(signed('20260101', 'ab'))).toBe('AWS4-HMAC-SHA256 Credential=AKIA1/eu-west-1/s3/aws4_request')
  expect(authorization(signed('20260102', 'cd'))).toBe(authorization(signed('20260101', 'ab')))
  expect(authorization(signed('20260101', 'ab', 'AKIA2'))).not.toBe(authorization(signed('20260101', 'ab')))
  expect(authorization('SharedKey account:c2lnbmF0dXJl')).toBe('SharedKey account')
  expect(authorization('AWS id:sig')).toBe('AWS id')
  expect(authorization('OAuth oauth_consumer_key="k", oauth_nonce="1", oauth_timestamp="2", oauth_signature="a,b", realm="x"')).toBe(
    'OAuth oauth_consumer_key="k", realm="x"',
  )
  for (const other of ['Bearer a.b.c', 'Basic YTpi', 'token', 'Custom a:b', 'AWS4-HMAC-SHA256 nothing'])
    expect(authorization(other)).toBe(other)
  const query = (text: string): unknown => call(`GET /k?${text} HTTP/1.1\r\nHost: a`).fields.query
  expect(query('X-Amz-Credential=A%2F20260101%2Fr%2Fs3%2Faws4_request&X-Amz-Date=1&X-Amz-Signature=2&X-Amz-Expires=60&a=1')).toEqual({
    'X-Amz-Credential': ['A/r/s3/aws4_request'],
    'X-Amz-Expires': ['60'],
    a: ['1'],
  })
})

test('what the user leaves out does not count', () => {
  const ignored = { headers: ['X-Nonce', 'x-build-*'], query: ['_', 'utm_*'], body: ['meta.sentAt', 'items[*].nonce', 'field', '["a.b"]'] }
  const fields = (head: string, content = ''): unknown => http1.matchFields(call(`POST ${head}`, content), { ignored })
  const json = 'HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n'
  expect(fields(`/?_=1&utm_source=x ${json}x-nonce: 1\r\nX-Build-Id: 7`)).toEqual(fields(`/ ${json}`))
  expect(fields(`/?a=1 ${json}`)).not.toEqual(fields(`/ ${json}`))
  const one = { meta: { sentAt: 1, from: 'x' }, items: [{ nonce: 1, id: 1 }, { id: 2 }], 'a.b': 1 }
  const other = { meta: { sentAt: 2, from: 'x' }, items: [{ nonce: 3, id: 1 }, { id: 2 }], 'a.b': 2 }
  expect(fields(`/ ${json}`, JSON.stringify(one))).toEqual(fields(`/ ${json}`, JSON.stringify(other)))
  expect(fields(`/ ${json}`, JSON.stringify(one))).not.toEqual(
    fields(`/ ${json}`, JSON.stringify({ ...other, items: [{ id: 2 }, { id: 1 }] })),
  )
  const form = 'HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n'
  expect(fields(`/ ${form}`, 'a=1&field=2')).toEqual(fields(`/ ${form}`, 'a=1&field=3'))
  expect(fields(`/ ${form}`, 'a=2&field=2')).not.toEqual(fields(`/ ${form}`, 'a=1&field=2'))
  const untouched = call('GET /?a=1 HTTP/1.1\r\nHost: a\r\nx-a: 1')
  expect(http1.matchFields(untouched, { ignored })).toBe(untouched.fields)
})

test('an old cassette is asked with the headers that it has', () => {
  const made = call('GET / HTTP/1.1\r\nHost: a\r\nX-User-Id: 1\r\nAccept: x\r\nx-tenant: 3')
  expect(http1.matchFields(made, { form: 1 })['headers']).toEqual({ accept: 'x', 'x-tenant': '3' })
  expect(http1.matchFields(made, { form: 2 })).toBe(made.fields)
})

test.each([
  ['a', ['a']],
  ['a.b-c[0]', ['a', 'b-c', 0]],
  ['[*].id', [everyMember, 'id']],
  ['*.id', [everyMember, 'id']],
  ['["a.b"].c', ['a.b', 'c']],
  ['*', undefined],
  ['[*]', undefined],
  ['', undefined],
  ['a..b', undefined],
  ['a[', undefined],
  ['a b', undefined],
])('path %j', (text, steps) => expect(parseBodyPath(text)).toEqual(steps))

test('origins', () => {
  const origin = (head: string, to: Target = target): unknown => call(head, '', to).fields.origin
  expect(origin('GET / HTTP/1.1\r\nHost: a:80')).toBe('http://a')
  expect(origin('GET / HTTP/1.1\r\nHost: a:443', { ...target, secure: true })).toBe('https://a')
  expect(origin('GET / HTTP/1.1\r\nHost: [::1]:80')).toBe('http://[::1]')
  expect(origin('GET / HTTP/1.0')).toBe('http://example.test:8080')
  expect(origin('GET http://Other/x?y HTTP/1.1\r\nHost: proxy')).toBe('http://other')
  expect(origin('GET / HTTP/1.1\r\nHost: localhost', { ...target, path: '/var/run/x.sock' })).toBe('unix:/var/run/x.sock')
  expect(call('OPTIONS * HTTP/1.1\r\nHost: a')).toMatchObject({ label: 'OPTIONS http://a *', effect: 'read' })
})

test('JSON without loss, whatever the spelling', () => {
  expect(body('application/json', '{"b":[1,2.50,"x"],"a":null}')).toEqual({ a: null, b: [1, 2.5, 'x'] })
  expect(body('application/vnd.api+json', '{"a":1.0,"b":1e2}')).toEqual({ a: 1, b: 100 })
  expect(body('application/json', '[9007199254740993, 9007199254740992, 0.1000000000000000055, "9007199254740993", 1e400]')).toEqual([
    { '#number': '9007199254740993' },
    9007199254740992,
    { '#number': '1000000000000000055e-19' },
    '9007199254740993',
    { '#number': '1e400' },
  ])
  expect(body('application/json', '{"__proto__":{"a":1}}')).toEqual(JSON.parse('{"__proto__":{"a":1}}'))
  expect(body('application/json', 'not json')).toBe('not json')
  expect(typeof body('application/json', '['.repeat(5000) + ']'.repeat(5000))).toBe('string')
})

test('forms, text, bytes and hashes', () => {
  expect(body('application/x-www-form-urlencoded', 'a=1&b=%C3%BC+x&a=2&c&%zz=1')).toEqual([
    ['a', '1'],
    ['b', 'ü x'],
    ['a', '2'],
    ['c', ''],
    ['%zz', '1'],
  ])
  expect(body('application/octet-stream', new Uint8Array([1, 2]))).toEqual(new Uint8Array([1, 2]))
  expect(body('image/png', new Uint8Array(20_000))).toEqual({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), length: 20_000 })
  expect(body('application/json', gzipSync('{"a":1}'), 'Content-Encoding: gzip\r\n')).toEqual({ a: 1 })
  expect(call('POST / HTTP/1.1\r\nHost: a', '{"a":1}').fields.body).toEqual({ a: 1 })
  expect(call('POST / HTTP/1.1\r\nHost: a', '').fields).not.toHaveProperty('body')
})

test('multipart without its boundary', () => {
  const parts = (boundary: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="x.json"\r\nContent-Type: application/json\r\n\r\n{"n":1}\r\n--${boundary}--\r\n`
  const made = (boundary: string) =>
    call(`POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=${boundary}`, parts(boundary)).fields
  expect(made('one')).toEqual(made('other'))
  expect(made('one').body).toEqual([
    { name: 'a', content: '1' },
    { name: 'f', filename: 'x.json', type: 'application/json', content: { n: 1 } },
  ])
})

test('sniffing tells HTTP from its neighbours', () => {
  const sniff = (text: string): boolean | undefined => sniffRequest(Buffer.from(text, 'latin1'))
  for (const yes of ['GET / HTTP/1.1\r\n', 'M-SEARCH * HTTP/1.1\r\nHost', 'CONNECT a:1 HTTP/1.0\n', '\r\nPOST /x HTTP/1.1\r\n'])
    expect(sniff(yes)).toBe(true)
  for (const open of ['', 'G', 'GET', 'GET /', 'GET /abc HTTP/1.1']) expect(sniff(open)).toBeUndefined()
  for (const no of [
    'PRI * HTTP/2.0\r\n\r\n',
    'CONNECT {}\r\n',
    'GET key\r\n',
    '*1\r\n',
    'ping\r\n',
    '\u0000\u0000\u0000\u0008',
    'EHLO x\r\n',
  ])
    expect(sniff(no)).toBe(false)
})
