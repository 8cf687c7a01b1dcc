import type { Chunk, Interaction } from '@retake/core'
import { expect, test } from 'vitest'
import { Http1Conversation } from '../../src/http1/conversation.ts'
import { Http1Server } from '../../src/http1/server.ts'
import { FifoPlayer } from '../harness/fifo-player.ts'
import { InteractionCollector } from '../harness/interaction-collector.ts'

const facts = { connection: 1, target: { host: 'h', port: 1, path: undefined, secure: false } }
const stamp = { take: 1, at: 0 }

type Step = readonly ['app' | 'peer', string] | readonly ['peer-end']

/** What a conversation makes of these bytes. */
function listen(steps: readonly Step[]): InteractionCollector {
  const collector = new InteractionCollector()
  const conversation = new Http1Conversation(collector, facts)
  for (const [who, text = ''] of steps) {
    if (who === 'app') conversation.sent(Buffer.from(text, 'latin1'), stamp)
    else if (who === 'peer') conversation.received(Buffer.from(text, 'latin1'), stamp)
    else conversation.receivedEnd(stamp)
  }
  conversation.closed(stamp, { byApp: true })
  return collector
}

function chunkTexts({ outcome }: Interaction): string[] {
  return outcome.kind === 'stream'
    ? outcome.chunks.map((chunk: Chunk) => `${chunk.mark ?? ''}|${Buffer.from(chunk.bytes).toString('latin1')}`)
    : []
}

/** What the virtual server does with these writes of a client, one after another. */
async function serve(collector: InteractionCollector, writes: readonly string[]): Promise<string[]> {
  const player = new FifoPlayer(collector.interactions)
  const done: string[] = []
  const server = new Http1Server({
    facts,
    connectionFact: (name) => collector.facts.get(name),
    ask: (call, reply, options) => player.ask(call, reply, options),
    send: (bytes) => void done.push(Buffer.from(bytes).toString('latin1')),
    end: () => void done.push('<end>'),
    fail: (error) => void done.push(`<${error.message}>`),
    later: (run) => void setImmediate(run),
  })
  server.opened()
  for (const write of writes) {
    server.received(Buffer.from(write, 'latin1'))
    // The player delivers one thing per turn; more turns than there are things.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(player.misses).toEqual([])
  return done
}

const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

test('chunks are delivered as they arrived', async () => {
  const collector = listen([
    ['app', 'GET /events HTTP/1.1\r\nHost: h\r\n\r\n'],
    ['peer', head],
    ['peer', '9\r\ndata: 1\n\n\r\n9\r\nda'],
    ['peer', 'ta: 2\n\n\r\n'],
    ['peer', '0\r\n\r\n'],
  ])
  expect(await serve(collector, ['GET /events HTTP/1.1\r\nHost: h\r\n', '\r\n'])).toEqual([
    head,
    '9\r\ndata: 1\n\n\r\n9\r\nda',
    'ta: 2\n\n\r\n',
    '0\r\n\r\n',
  ])
})

test('bytes of one arrival that belong to two responses are split', async () => {
  const ok = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${body}`
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`
  const collector = listen([
    ['app', get('/a') + get('/b')],
    ['peer', `${ok('a')}HTTP/1.1 200 OK\r\nCont`],
    ['peer', 'ent-Length: 1\r\n\r\nb'],
  ])
  expect(collector.interactions.map(chunkTexts)).toEqual([[`|${ok('a')}`], ['|HTTP/1.1 200 OK\r\nCont', '|ent-Length: 1\r\n\r\nb']])
  // At the other end they may come one by one.
  expect(await serve(collector, [get('/b'), get('/a')])).toEqual(['HTTP/1.1 200 OK\r\nCont', 'ent-Length: 1\r\n\r\nb', ok('a')])
})

test('100 Continue is told from what comes with it, and given before the body', async () => {
  const request = 'POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n'
  const collector = listen([
    ['app', request],
    ['peer', 'HTTP/1.1 100 Con'],
    ['peer', 'tinue\r\n\r\n'],
    ['app', 'hi'],
    ['peer', 'HTTP/1.1 204 No Content\r\n\r\n'],
  ])
  expect(collector.interactions.map(chunkTexts)).toEqual([['continue|HTTP/1.1 100 Continue\r\n\r\n', '|HTTP/1.1 204 No Content\r\n\r\n']])
  expect(await serve(collector, [request])).toEqual(['HTTP/1.1 100 Continue\r\n\r\n'])
  expect(await serve(collector, [request, 'hi'])).toEqual(['HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 204 No Content\r\n\r\n'])
})

test('what came before all was sent waits for as much to be sent', async () => {
  const request = 'POST /talk HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n'
  const collector = listen([
    ['app', `${request}1\r\na\r\n`],
    ['peer', head],
    ['peer', '1\r\nA\r\n'],
    ['app', '1\r\nb\r\n'],
    ['peer', '1\r\nB\r\n'],
    ['app', '0\r\n\r\n'],
    ['peer', '0\r\n\r\n'],
  ])
  expect(collector.interactions[0]?.call.fields.body).toEqual({ unfinished: 'chunked' })
  expect(await serve(collector, [request])).toEqual([])
  expect(await serve(collector, [request, '1\r\na\r\n'])).toEqual([head, '1\r\nA\r\n'])
  expect(await serve(collector, [request, '1\r\na\r\n', '1\r\nb\r\n0\r\n\r\n'])).toEqual([head, '1\r\nA\r\n', '1\r\nB\r\n', '0\r\n\r\n'])
})

test('the connection ends where the answer said so, and nowhere else', async () => {
  const get = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'
  const said = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'
  expect(await serve(listen([['app', get], ['peer', said], ['peer-end']]), [get])).toEqual([said, '<end>'])
  const silent = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
  expect(await serve(listen([['app', get], ['peer', silent], ['peer-end']]), [get])).toEqual([silent])
  expect(await serve(listen([['app', get], ['peer-end']]), [get])).toEqual(['<end>'])
  expect(await serve(listen([['app', get]]), [get])).toEqual([])
})

test('an answer that the client cannot read any more is a miss', async () => {
  const get = (accepted: string) => `GET / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: ${accepted}\r\n\r\n`
  const answer = 'HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx'
  const collector = listen([
    ['app', get('gzip, br')],
    ['peer', answer],
  ])
  expect(await serve(collector, [get('br')])).toEqual([answer])
  expect(await serve(collector, [get('gzip')])).toEqual([
    expect.stringContaining('encoded as br, which the client asked for then and does not accept now'),
  ])
  // A server that does not care is not made to.
  expect(
    await serve(
      listen([
        ['app', get('gzip')],
        ['peer', answer],
      ]),
      [get('deflate')],
    ),
  ).toEqual([answer])
})

test('a switch that nobody asked for switches nothing', async () => {
  const get = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'
  const answer = 'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'
  const collector = listen([
    ['app', get.slice(0, 20)],
    ['peer', answer],
    ['app', get.slice(20)],
    ['app', get],
    ['peer', answer],
  ])
  expect(collector.unfinished).toEqual([])
  expect(await serve(collector, [get])).toEqual([answer])
})

test('TLS in place within a tunnel makes https calls', () => {
  const collector = new InteractionCollector()
  const conversation = new Http1Conversation(collector, facts)
  conversation.sent(Buffer.from('CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n\r\n'), stamp)
  conversation.received(Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n'), stamp)
  conversation.secured(stamp)
  conversation.sent(Buffer.from('GET /x HTTP/1.1\r\nHost: api.test\r\n\r\n'), stamp)
  conversation.received(Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'), stamp)
  conversation.closed(stamp, { byApp: true })
  expect(collector.unfinished).toEqual([])
  expect(collector.interactions.map(({ call }) => call.label)).toEqual(['CONNECT http://h:1 api.test:443', 'GET https://api.test/x'])
})
