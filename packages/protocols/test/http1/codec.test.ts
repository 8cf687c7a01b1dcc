import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MessageReader } from '../../src/http1/codec.ts'
import { parseRequestHead, parseResponseHead } from '../../src/http1/head.ts'
import { bodyRule, isInformational } from '../../src/http1/semantics.ts'
import { Http1Conversation } from '../../src/http1/conversation.ts'
import { Http1Server } from '../../src/http1/server.ts'
import { FrameReader, serverFrame } from '../../src/http1/websocket/frames.ts'
import { InteractionCollector } from '../harness/interaction-collector.ts'

const responses = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nTrailer: X\r\n\r\n5;a="b"\r\nhello\r\n00F \r\n0123456789abcde\r\n0;end\r\nX: 1\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n',
  '\r\n\nHTTP/1.1 200\nX-Bare: lf\nX-Folded: a\n  b\n\tc\nContent-Length: 0\n\n',
  'HTTP/1.0 200 Fine\r\n\r\nuntil close',
]

function read(bytes: Uint8Array, cuts: readonly number[]): unknown {
  const found: unknown[] = []
  const body: number[] = []
  const reader = new MessageReader('response', parseResponseHead, {
    head: (head) => {
      found.push(head)
      return isInformational(head) ? 'again' : bodyRule(head, 'GET')
    },
    data: (piece) => void body.push(...piece),
    trailers: (raw) => found.push(raw),
  })
  const ends = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((one, other) => one - other)
  let start = 0
  for (const end of [...ends, bytes.length]) {
    const piece = bytes.slice(start, end)
    for (let at = 0; at < piece.length;) {
      at = reader.feed(piece, at)
      if (!reader.done) continue
      found.push(Buffer.from(body.splice(0)).toString())
      reader.next()
    }
    start = end
  }
  if (reader.finish()) found.push(Buffer.from(body).toString())
  return found
}

test('responses read the same however they are split', () => {
  const whole = Buffer.from(responses.join(''), 'latin1')
  const expected = read(whole, [])
  expect(expected).toHaveLength(15)
  for (let cut = 1; cut < whole.length; cut++) expect(read(whole, [cut])).toEqual(expected)
  expect(read(whole, Array.from(whole.keys()))).toEqual(expected)
  fc.assert(
    fc.property(fc.array(fc.nat()), (cuts) => {
      expect(read(whole, cuts)).toEqual(expected)
    }),
    { numRuns: 100, seed: 1 },
  )
})

test('chunked bodies of any content round-trip', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })), fc.array(fc.nat()), (pieces, cuts) => {
      const body = pieces.map((piece) => `${piece.length.toString(16)}\r\n${Buffer.from(piece).toString('latin1')}\r\n`).join('')
      const whole = Buffer.from(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}0\r\n\r\n`, 'latin1')
      const [, text] = read(whole, cuts) as [unknown, string]
      expect(text).toBe(Buffer.concat(pieces).toString())
    }),
    { numRuns: 200, seed: 1 },
  )
})

test('heads are read leniently, and nonsense is told apart', () => {
  expect(parseRequestHead('GET /a b HTTP/1.1\r\nHost : x\r\n:empty\r\nno colon\r\n')).toMatchObject({
    target: '/a b',
    rawHeaders: ['Host', 'x'],
  })
  for (const bad of [
    '',
    'GET',
    'GET /',
    'GET / HTTP/2.0',
    'GET / HTTP/1.1\r\nContent-Length: -1',
    'GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2',
  ]) {
    expect(parseRequestHead(bad)).toHaveProperty('unreadable')
  }
  for (const bad of ['HTTP/1.1', 'HTTP/1.1 20 OK', 'ICY 200 OK', '220 smtp']) expect(parseResponseHead(bad)).toHaveProperty('unreadable')
})

/** Bytes that nearly are HTTP. */
const hostile = fc.array(
  fc.oneof(
    fc
      .constantFrom(
        'GET / HTTP/1.1\r\n',
        'POST /x HTTP/1.1\r\n',
        'CONNECT a:1 HTTP/1.1\r\n',
        'HTTP/1.1 200 OK\r\n',
        'HTTP/1.1 101 X\r\n',
        'HTTP/1.1 100 C\r\n',
        'Content-Length: 3\r\n',
        'Content-Length: 99999999999999999\r\n',
        'Transfer-Encoding: chunked\r\n',
        'Expect: 100-continue\r\n',
        'Connection: upgrade\r\nUpgrade: websocket\r\n',
        'Content-Encoding: gzip\r\n',
        'Content-Type: application/json\r\n',
        'Content-Type: multipart/form-data; boundary=b\r\n',
        '\r\n',
        '\n',
        '3\r\nabc\r\n',
        'ffffffffffffffffff\r\n',
        '0\r\n\r\n',
        '--b\r\n',
        '{"a":',
        '\u0081\u0085aaaabbbbb',
        '\u0081~',
      )
      .map((text) => Buffer.from(text, 'latin1')),
    fc.uint8Array({ maxLength: 20 }),
  ),
  { maxLength: 30 },
)

test('hostile bytes neither throw nor hang, and every interaction ends', () => {
  const step = fc.record({ who: fc.constantFrom('app', 'peer'), pieces: hostile })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), fc.constantFrom('end', 'app', 'error'), (steps, how) => {
      const collector = new InteractionCollector()
      const facts = { connection: 1, target: { host: 'h', port: 1, path: undefined, secure: false } }
      const conversation = new Http1Conversation(collector, facts)
      const stamp = { take: 1, at: 0 }
      let peerBytes = 0
      for (const { who, pieces } of steps) {
        for (const piece of pieces) {
          if (who === 'app') conversation.sent(piece, stamp)
          else {
            peerBytes += piece.length
            conversation.received(piece, stamp)
          }
        }
      }
      if (how === 'end') conversation.receivedEnd(stamp)
      conversation.closed(stamp, how === 'error' ? { error: { code: 'ECONNRESET', message: '' }, byApp: false } : { byApp: how === 'app' })
      expect(collector.unfinished).toEqual([])
      let kept = 0
      for (const { outcome } of collector.interactions)
        if (outcome.kind === 'stream') for (const chunk of outcome.chunks) kept += chunk.bytes.length
      expect(kept).toBeLessThanOrEqual(peerBytes)
      const server = new Http1Server({
        facts,
        connectionFact: (name) => collector.facts.get(name),
        ask: (_call, reply) => ({
          ready: () => {
            const interaction = collector.interactions[0]
            if (interaction === undefined || interaction.outcome.kind !== 'stream') return
            reply.found(interaction)
            for (const chunk of interaction.outcome.chunks) reply.chunk(chunk)
            reply.ending(interaction.outcome.ending)
          },
          abandon: () => {},
        }),
        send: () => {},
        end: () => {},
        fail: () => {},
        later: () => {},
      })
      for (const { who, pieces } of steps) if (who === 'app') for (const piece of pieces) server.received(piece)
      server.closed()
    }),
    { numRuns: 2000, seed: 1 },
  )
})

test('WebSocket frames of every length', () => {
  for (const length of [0, 1, 125, 126, 65_535, 65_536, 70_000]) {
    const payload = new Uint8Array(length).fill(7)
    const frame = serverFrame(0x81, payload)
    const found: number[] = []
    let heard = 0
    const reader = new FrameReader({ data: (piece) => (heard += piece.length), end: (opcode) => found.push(opcode) })
    for (let at = 0; at < frame.length; at += 1000) {
      const piece = frame.subarray(at, at + 1000)
      for (let inner = 0; inner < piece.length;) inner = reader.feed(piece, inner)
    }
    expect([found, heard, reader.atBoundary]).toEqual([[1], length, true])
  }
})
