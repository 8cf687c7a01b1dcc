import { brotliCompressSync, brotliDecompressSync, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib'
import { type Call, type Chunk, type Ending, type FieldRedactor, type FieldValue, type Interaction, Recent } from '@retake/core'
import { protocolNamed } from '@retake/protocols'
import fc from 'fast-check'
import http from 'node:http'
import { expect, test } from 'vitest'
import { MessageReader } from '../../src/http1/codec.ts'
import { requestCall } from '../../src/http1/call.ts'
import { parseRequestHead, parseResponseHead, type RequestHead } from '../../src/http1/head.ts'
import { bodyRule, isInformational } from '../../src/http1/semantics.ts'
import { serverFrame } from '../../src/http1/websocket/frames.ts'
import { bothRuns, listening } from '../harness/both-runs.ts'
import { viewed } from '../harness/http-client-view.ts'

const target = { host: 'h', port: 1, path: undefined, secure: false }

/** Everything that looks like `s3cret` is one; and what stands under a telling name, or below it in JSON. */
function redactor(mask = '***'): FieldRedactor {
  const telling = /token|password|api-key/i
  const text = (value: string): string => value.replaceAll(/s3cret\w*/g, mask)
  const walk = (value: unknown, secret: boolean): unknown => {
    if (typeof value === 'string') return secret ? mask : text(value)
    if (typeof value === 'number') return secret ? 99 : value
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map((item) => walk(item, secret))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, secret || telling.test(name))]))
  }
  return {
    tells: (name) => /password|token|secret/i.test(name),
    named: (name, value) => {
      if (name === 'authorization') return value.replace(/ .*/, ` ${mask}`)
      if (name === 'cookie') return value.replaceAll(/=[^;]*/g, `=${mask}`)
      if (name === 'set-cookie') return value.replace(/=[^;]*/, `=${mask}`)
      return telling.test(name) ? mask : text(value)
    },
    text,
    body: (bytes, type) => {
      const before = Buffer.from(bytes).toString('latin1')
      const after = type === 'application/json' ? JSON.stringify(walk(JSON.parse(before), false)) : text(before)
      return after === before ? bytes : Buffer.from(after, 'latin1')
    },
  }
}

function interaction(
  head: string,
  body: string,
  chunks: readonly (string | Uint8Array)[],
  ending: Ending = { kind: 'complete' },
): Interaction {
  return {
    id: 0,
    startedAt: 0,
    call: requestCall(parseRequestHead(head) as RequestHead, { bytes: Buffer.from(body) }, target),
    outcome: {
      kind: 'stream',
      ending,
      endedAt: 1,
      chunks: chunks.map((bytes, at) => ({ at, bytes: typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes })),
    },
  }
}

function redacted(
  given: Interaction,
  mask?: string,
): Interaction & { readonly chunks: readonly Chunk[]; readonly texts: readonly string[] } {
  const result = (protocolNamed('http1') as NonNullable<ReturnType<typeof protocolNamed>>).redact(given, redactor(mask))
  const chunks = result.outcome.kind === 'stream' ? result.outcome.chunks : []
  return { ...result, chunks, texts: chunks.map(({ bytes }) => Buffer.from(bytes).toString('latin1')) }
}

/** Reads a response as a client would. */
function readResponse(bytes: Uint8Array): {
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly complete: boolean
  readonly trailers: readonly string[]
} {
  const pieces: Uint8Array[] = []
  let rawHeaders: readonly string[] = []
  let trailers: readonly string[] = []
  const reader = new MessageReader('response', parseResponseHead, {
    head: (head) => {
      rawHeaders = head.rawHeaders
      return isInformational(head) ? 'again' : bodyRule(head, 'GET')
    },
    data: (piece) => pieces.push(piece),
    trailers: (raw) => (trailers = raw),
  })
  let at = 0
  while (at < bytes.length && !reader.done && reader.unreadable === undefined) at = reader.feed(bytes, at)
  expect(reader.unreadable).toBeUndefined()
  expect(at).toBe(bytes.length)
  return { rawHeaders, trailers, body: Buffer.concat(pieces), complete: reader.done }
}

const get =
  'GET /path/s3cretPath?api-key=abc&q=s3cret1&n=1 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer abc.def\r\nCookie: sid=1; theme=dark'

test('what is known to be clean is not looked at again; what holds a secret, or is packed, is', () => {
  const http1 = protocolNamed('http1') as NonNullable<ReturnType<typeof protocolNamed>>
  const { named, text, body, tells } = redactor()
  let looks = 0
  const counting: FieldRedactor = {
    tells,
    named: (...given) => (looks++, named(...given)),
    text: (...given) => (looks++, text(...given)),
    body: (...given) => (looks++, body(...given)),
  }
  const clean = { calls: new WeakSet<Call>(), answers: new Recent<string, true>(10) }
  const looksAt = (given: Interaction): number => {
    looks = 0
    http1.redact(given, counting, clean)
    return looks
  }
  const answer = (content: string | Buffer, head = ''): Uint8Array =>
    Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${head}Content-Length: ${content.length}\r\n\r\n`), Buffer.from(content)])
  const quiet = interaction('GET /a HTTP/1.1\r\nHost: h\r\nX-A: b', '', [answer('{"a":1}')])
  expect(looksAt(quiet)).toBeGreaterThan(0)
  expect(looksAt(quiet)).toBe(0)
  expect(http1.redact(quiet, counting, clean)).toBe(quiet)
  const packed = interaction('GET /a HTTP/1.1\r\nHost: h', '', [answer(gzipSync('{"a":1}'), 'Content-Encoding: gzip\r\n')])
  const secret = interaction(get, '', [answer('it is s3cret')])
  for (const given of [packed, secret]) {
    const once = looksAt(given)
    expect(once).toBeGreaterThan(0)
    expect(looksAt(given)).toBeGreaterThan(0)
  }
  expect(looksAt(secret)).toBe(looksAt(secret))
})

test('the call: path, query, headers, label', () => {
  const { call } = redacted(interaction(get, '', []))
  expect(call.label).toBe('GET http://h/path/***?api-key=***&q=***&n=1')
  expect(call.fields).toMatchObject({
    path: '/path/***',
    query: { 'api-key': ['***'], q: ['***'], n: ['1'] },
    headers: { authorization: 'Bearer ***', cookie: 'sid=***; theme=***' },
  })
})

test('the call: bodies', () => {
  const body = (type: string, content: string): FieldValue | undefined =>
    redacted(interaction(`POST / HTTP/1.1\r\nContent-Type: ${type}`, content, [])).call.fields.body
  expect(
    body('application/json', '{"a":"s3cretX","password":{"v":["x"]},"token":12345678901234567890,"pin":{"token":1234},"n":1}'),
  ).toEqual({
    a: '***',
    password: { v: ['***'] },
    token: { '#number': '***' },
    pin: { token: { '#number': '99' } },
    n: 1,
  })
  expect(body('application/x-www-form-urlencoded', 'password=x&a=1')).toEqual([
    ['password', '***'],
    ['a', '1'],
  ])
  expect(body('multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="token"\r\n\r\nx\r\n--b--')).toEqual([
    { name: 'token', content: '***' },
  ])
  expect(body('text/plain', 'it is s3cret')).toBe('it is ***')
})

test('headers and trailers of the answer', () => {
  const { texts } = redacted(
    interaction(get, '', [
      'HTTP/1.1 103 Early\r\nLink: </s3cret>\r\n\r\n',
      'HTTP/1.1 302 Found\r\nSet-Cookie: sid=abc; Path=/; HttpOnly\r\nset-cookie:  b=c\r\nLocation: /x?token=abc&a=1\r\nX-Plain:  kept \r\nTransfer-Encoding: chunked\r\n\r\n',
      '0\r\nX-Token: abc\r\n\r\n',
    ]),
  )
  expect(texts).toEqual([
    'HTTP/1.1 103 Early\r\nLink: </***>\r\n\r\n',
    'HTTP/1.1 302 Found\r\nSet-Cookie: sid=***; Path=/; HttpOnly\r\nset-cookie:  b=***\r\nLocation: /x?token=***&a=1\r\nX-Plain:  kept \r\nTransfer-Encoding: chunked\r\n\r\n',
    '0\r\nX-Token: ***\r\n\r\n',
  ])
})

test('a header that goes on in the next line is one value', () => {
  const { texts } = redacted(
    interaction(get, '', ['HTTP/1.1 200 OK\r\nX-Token: abc\r\n def\r\nX-Plain: a\r\n\tb\r\nContent-Length: 0\r\n\r\n']),
  )
  expect(texts).toEqual(['HTTP/1.1 200 OK\r\nX-Token: ***\r\nX-Plain: a\r\n\tb\r\nContent-Length: 0\r\n\r\n'])
})

test('an answer without secrets keeps its very chunks', () => {
  const given = interaction('GET / HTTP/1.1', '', [
    `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n`,
    '5;x=y\r\nab',
    'cde\r\n0\r\n\r\n',
  ])
  expect(redacted(given).chunks).toBe(given.outcome.kind === 'stream' ? given.outcome.chunks : undefined)
})

test('lengths and chunk sizes follow; events still end where chunks end', () => {
  const events = ['data: one\n\n', 'data: s3cretLong\n\n', 'data: three s3cret\n\n']
  const { texts } = redacted(
    interaction('GET / HTTP/1.1', '', [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
      ...events.map((event) => `${event.length.toString(16)};x\r\n${event}\r\n`),
      '0\r\n\r\n',
    ]),
  )
  expect(texts.slice(1, 4)).toEqual(['b;x\r\ndata: one\n\n\r\n', 'b;x\r\ndata: ***\n\n\r\n', '11;x\r\ndata: three ***\n\n\r\n'])
  const sized = redacted(
    interaction('GET / HTTP/1.1', '', ['HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nhello s3cret', ' you all']),
    'something longer',
  )
  expect(sized.texts).toEqual(['HTTP/1.1 200 OK\r\ncontent-length: 30\r\n\r\nhello something longer', ' you all'])
})

test('compressed bodies are opened, rewritten and packed again', () => {
  const text = `${'nothing '.repeat(300)} s3cret ${'at all '.repeat(300)}`
  const codings = {
    gzip: [gzipSync, gunzipSync],
    br: [brotliCompressSync, brotliDecompressSync],
    deflate: [deflateSync, inflateSync],
  } as const
  for (const [coding, [pack, unpack]] of Object.entries(codings)) {
    const packed = pack(text)
    const half = packed.length >> 1
    for (const head of [`Content-Length: ${packed.length}`, 'Transfer-Encoding: chunked']) {
      const chunked = head.startsWith('Transfer')
      const framed = (bytes: Buffer): Buffer =>
        chunked ? Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]) : bytes
      const { chunks } = redacted(
        interaction('GET / HTTP/1.1', '', [
          `HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\n${head}\r\n\r\n`,
          framed(packed.subarray(0, half)),
          framed(packed.subarray(half)),
          ...(chunked ? ['0\r\n\r\n'] : []),
        ]),
      )
      const read = readResponse(Buffer.concat(chunks.map(({ bytes }) => bytes)))
      expect(read.complete).toBe(true)
      expect(unpack(read.body).toString()).toBe(text.replace('s3cret', '***'))
      expect(chunks.every(({ bytes }) => bytes.length > 0)).toBe(true)
    }
  }
})

test('what was cut short stays cut short, and keeps no secret', () => {
  const packed = gzipSync(`s3cret ${Array.from({ length: 2000 }, (_, at) => String((at * 7919) % 1000)).join(' ')}`)
  const cut = packed.subarray(0, packed.length - 200)
  const { chunks } = redacted(
    interaction('GET / HTTP/1.1', '', [`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`, cut], {
      kind: 'closed',
    }),
  )
  const read = readResponse(Buffer.concat(chunks.map(({ bytes }) => bytes)))
  expect(read.complete).toBe(false)
  expect(() => gunzipSync(read.body)).toThrow()
  expect(gunzipSync(read.body, { finishFlush: 2 }).toString()).toMatch(/^\*\*\* 0 919/)
})

test('WebSocket frames', () => {
  const frames = Buffer.concat([
    serverFrame(0x81, Buffer.from('plain')),
    serverFrame(0x81, Buffer.from('a s3cret b')),
    serverFrame(0x82, new Uint8Array([1, 2])),
  ])
  const given = interaction('GET / HTTP/1.1', '', [frames.subarray(0, 9), frames.subarray(9)])
  const message: Interaction = { ...given, call: { ...given.call, fields: { method: 'MESSAGE', message: { token: 'x' } } } }
  const { chunks, call } = redacted(message)
  expect(call.fields.message).toEqual({ token: '***' })
  expect(Buffer.concat(chunks.map(({ bytes }) => bytes))).toEqual(
    Buffer.concat([
      serverFrame(0x81, Buffer.from('plain')),
      serverFrame(0x81, Buffer.from('a *** b')),
      serverFrame(0x82, new Uint8Array([1, 2])),
    ]),
  )
  expect(chunks).toHaveLength(2)
})

test('any body in any chunks stays readable and as many chunks', () => {
  const words = fc.array(fc.constantFrom('s3cret', 's3cretLonger', 'word', '\n', ' ', 'x'.repeat(40)), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(
      fc.array(words, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      fc.constantFrom('', '***', 'a mask that is longer'),
      fc.array(fc.nat(), { maxLength: 6 }),
      (parts, chunked, mask, cuts) => {
        const texts = parts.map((part) => part.join(''))
        const framed = chunked
          ? `${texts.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`).join('')}0\r\nX-T: s3cret\r\n\r\n`
          : texts.join('')
        const head = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${framed.length}`
        const whole = `HTTP/1.1 200 OK\r\nX-A: s3cretA\r\n${head}\r\n\r\n${framed}`
        const ends = [...new Set(cuts.map((cut) => 1 + (cut % (whole.length - 1)))), whole.length].sort((one, other) => one - other)
        const pieces = ends.map((end, at) => whole.slice(ends[at - 1] ?? 0, end))
        const { chunks } = redacted(interaction('GET / HTTP/1.1', '', pieces), mask)
        expect(chunks).toHaveLength(pieces.length)
        const read = readResponse(Buffer.concat(chunks.map(({ bytes }) => bytes)))
        expect(read.complete).toBe(true)
        expect(read.body.toString()).toBe(texts.join('').replaceAll(/s3cret\w*/g, mask))
        expect(read.trailers).toEqual(chunked ? ['X-T', mask] : [])
      },
    ),
    { numRuns: 500, seed: 1 },
  )
})

test('a client reads the redacted answer', async () => {
  const real = await listening(
    http.createServer((_request, response) => {
      response.setHeader('set-cookie', 'sid=s3cret; Path=/')
      response.setHeader('content-encoding', 'gzip')
      response.end(gzipSync('the s3cret word'))
    }),
  )
  const both = await bothRuns(real, (origin) => viewed(origin), { between: (all) => all.map((one) => redacted(one)) })
  expect(gunzipSync(Buffer.from(both.served.body, 'base64')).toString()).toBe('the *** word')
  expect(both.served).toMatchObject({ status: 200, complete: true, errors: [], events: both.live.events })
  expect(both.served.rawHeaders).toContain('sid=***; Path=/')
})
