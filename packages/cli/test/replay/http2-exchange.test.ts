import http from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import type { HttpRequest } from '@retake/core'
import { afterEach, expect, test } from 'vitest'
import { exchange, type Listener } from '../../src/replay/http-exchange.ts'

const servers: (Server & { closeAllConnections?(): void })[] = []
const sessions = new Set<http2.ServerHttp2Session>()
afterEach(() => {
  for (const session of sessions) session.destroy()
  for (const server of servers.splice(0)) {
    server.closeAllConnections?.()
    server.close()
  }
})

async function listening(server: Server): Promise<Listener> {
  servers.push(server)
  server.on('session', (session: http2.ServerHttp2Session) => sessions.add(session))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, secure: false }
}

const options = { take: undefined, timeoutMs: 10_000 }
const request = (more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  target: '/now',
  httpVersion: '2.0',
  rawHeaders: [':method', 'HEAD', ':authority', 'shop.test', ':scheme', 'http', ':path', '/then'],
  body: new Uint8Array(),
  ...more,
})

test('a request arrives as it was recorded: fields in order, marks, body, trailers', async () => {
  const arrived: unknown[] = []
  const server = http2.createServer()
  server.on('stream', (stream, headers, _flags, ...rest: unknown[]) => {
    arrived.push(rest[0], (headers as { [mark: symbol]: unknown })[http2.sensitiveHeaders])
    let body = ''
    stream.on('data', (chunk: Buffer) => (body += chunk.toString()))
    stream.on('trailers', (_trailers, _trailerFlags, ...raw: unknown[]) => arrived.push(raw[0]))
    stream.on('end', () => {
      arrived.push(body)
      stream.respond({ ':status': 201, 'set-cookie': ['a=1', 'b=2'] }, { sendDate: false } as http2.ServerStreamResponseOptions)
      stream.end('done')
    })
  })
  const rawHeaders = [
    ':method',
    'POST',
    ':authority',
    'shop.test',
    ':scheme',
    'http',
    ':path',
    '/',
    'x-key',
    'mine',
    'x-two',
    '1',
    'x-two',
    '2',
  ]
  const sent = request({
    method: 'POST',
    target: '/?q=1',
    rawHeaders,
    body: Buffer.from('up'),
    rawTrailers: ['x-sum', '2'],
    sensitive: ['x-key'],
  })
  const { response } = await exchange(await listening(server), sent, { ...options, take: 'abc-1' })
  expect(arrived).toEqual([[...rawHeaders.with(7, '/?q=1'), 'x-retake-take', 'abc-1'], ['x-key'], ['x-sum', '2'], 'up'])
  expect(response).toMatchObject({
    status: 201,
    httpVersion: '2.0',
    rawHeaders: ['set-cookie', 'a=1', 'set-cookie', 'b=2'],
    body: Buffer.from('done'),
  })
  expect(response).not.toHaveProperty('aborted')
})

test('method and target are those of the request, whatever its pseudo-headers say', async () => {
  const server = http2.createServer((incoming, outgoing) => outgoing.end(`${incoming.method} ${incoming.url} ${incoming.authority}`))
  const { response } = await exchange(await listening(server), request(), options)
  expect(Buffer.from(response?.body ?? []).toString()).toBe('GET /now shop.test')
})

test('a client that hung up does so again, in the same place', async () => {
  let hungUp: (code: number) => void
  const code = new Promise<number>((resolve) => (hungUp = resolve))
  const server = http2.createServer()
  server.on('stream', (stream) => {
    stream.on('close', () => hungUp(stream.rstCode))
    stream.respond({})
    stream.write('hello for ever')
  })
  const { response } = await exchange(await listening(server), request(), { ...options, hangUpAfter: 5 })
  expect(response).toMatchObject({ status: 200, body: Buffer.from('hello'), aborted: true, reset: { code: 8, by: 'client' } })
  expect(await code).toBe(http2.constants.NGHTTP2_CANCEL)
})

test('a stream that the server resets is an answer, with its code', async () => {
  const server = http2.createServer()
  server.on('stream', (stream) => {
    stream.on('error', () => undefined)
    stream.close(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM)
  })
  const { response } = await exchange(await listening(server), request(), options)
  expect(response).toMatchObject({ status: 0, aborted: true, reset: { code: 11, by: 'server' } })
})

test('what an app that does not speak HTTP/2, that is gone, or that says nothing gives is no answer', async () => {
  const old = http.createServer((_request, response) => response.end('HTTP/1'))
  const { failure } = await exchange(await listening(old), request(), options)
  expect(failure).toMatch(/before an answer came$/)
  const gone = http2.createServer()
  gone.on('connection', (socket) => gone.on('stream', () => socket.destroy()))
  expect(await exchange(await listening(gone), request(), options)).toMatchObject({
    failure: expect.stringMatching(/before an answer came$/),
  })
  const silent = http2.createServer()
  silent.on('stream', () => undefined)
  expect(await exchange(await listening(silent), request(), { ...options, timeoutMs: 50 })).toEqual({
    response: undefined,
    failure: 'no answer within 50 ms',
  })
})
