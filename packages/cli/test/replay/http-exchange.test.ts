import net from 'node:net'
import http from 'node:http'
import { afterEach, expect, test } from 'vitest'
import type { HttpRequest } from '@retake/core'
import { exchange } from '../../src/replay/http-exchange.ts'

const servers: net.Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listening(server: net.Server): Promise<{ host: string; port: number; secure: boolean }> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { host: '127.0.0.1', port: (server.address() as net.AddressInfo).port, secure: false }
}

const request = (changes: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  target: '/',
  httpVersion: '1.1',
  rawHeaders: ['Host', 'shop.example'],
  body: new Uint8Array(),
  ...changes,
})
const options = { take: 'abcdefgh-1', timeoutMs: 20_000 }

test('the bytes that go out are the recorded ones, and the name of the take', async () => {
  let sent = ''
  const server = net.createServer((socket) => {
    socket.on('data', (chunk) => {
      sent += chunk.toString('latin1')
      if (sent.endsWith('é!')) socket.end('HTTP/1.1 204 No Content\r\n\r\n')
    })
  })
  const listener = await listening(server)
  const rawHeaders = ['hOsT', 'shop.example', 'X-Two', '1', 'x-two', '2', 'Content-Length', '2', 'X-Latin', 'é']
  await exchange(listener, request({ method: 'PATCH', target: '/a?b=%20&&c', rawHeaders, body: Buffer.from('é!', 'latin1') }), options)
  expect(sent).toBe(
    'PATCH /a?b=%20&&c HTTP/1.1\r\nhOsT: shop.example\r\nX-Two: 1\r\nx-two: 2\r\nContent-Length: 2\r\nX-Latin: é\r\nx-retake-take: abcdefgh-1\r\n\r\né!',
  )
})

test('a chunked request goes out chunked, with its trailers', async () => {
  let got: { body: string; trailers: readonly string[] } | undefined
  const server = http.createServer(async (incoming, response) => {
    let body = ''
    for await (const chunk of incoming) body += chunk
    got = { body, trailers: incoming.rawTrailers }
    response.end()
  })
  const listener = await listening(server)
  const rawHeaders = ['Host', 'shop.example', 'Transfer-Encoding', 'chunked', 'Trailer', 'X-Sum']
  await exchange(listener, request({ method: 'POST', rawHeaders, body: Buffer.from('hello'), rawTrailers: ['X-Sum', '5'] }), options)
  expect(got).toEqual({ body: 'hello', trailers: ['X-Sum', '5'] })
})

test('the answer is read whole: status, reason, raw headers, 1xx, body, trailers', async () => {
  const server = http.createServer((_incoming, response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' })
    response.sendDate = false
    response.writeHead(201, 'Made', [
      'X-One',
      '1',
      'Set-Cookie',
      'a=1',
      'set-cookie',
      'b=2',
      'Trailer',
      'X-Sum',
      'Transfer-Encoding',
      'chunked',
    ])
    response.write('one')
    response.addTrailers({ 'X-Sum': '6' })
    response.end('two')
  })
  const { response } = await exchange(await listening(server), request(), options)
  expect(response).toMatchObject({
    status: 201,
    reason: 'Made',
    httpVersion: '1.1',
    rawTrailers: ['X-Sum', '6'],
    informational: [{ status: 103, rawHeaders: ['Link', '</a.css>; rel=preload'] }],
  })
  expect(response?.rawHeaders.slice(0, 6)).toEqual(['X-One', '1', 'Set-Cookie', 'a=1', 'set-cookie', 'b=2'])
  expect(Buffer.from(response?.body ?? []).toString()).toBe('onetwo')
  expect(response?.aborted).toBeUndefined()
})

test('100 Continue stands among the informational answers', async () => {
  const server = http.createServer((incoming, response) => {
    incoming.resume()
    response.end('ok')
  })
  const rawHeaders = ['Host', 'shop.example', 'Expect', '100-continue', 'Content-Length', '2']
  const { response } = await exchange(await listening(server), request({ method: 'POST', rawHeaders, body: Buffer.from('hi') }), options)
  expect(response?.informational).toEqual([{ status: 100, rawHeaders: [] }])
  expect(response?.status).toBe(200)
})

test('an answer to HEAD has no body, whatever its Content-Length says', async () => {
  const server = http.createServer((_incoming, response) => response.setHeader('content-length', 10).end())
  const { response } = await exchange(await listening(server), request({ method: 'HEAD' }), options)
  expect(response).toMatchObject({ status: 200, body: Buffer.alloc(0) })
})

test('an answer that ends with the connection is complete', async () => {
  const server = net.createServer((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nall of it'))
  const { response } = await exchange(await listening(server), request({ httpVersion: '1.0' }), options)
  expect(Buffer.from(response?.body ?? []).toString()).toBe('all of it')
  expect(response?.aborted).toBeUndefined()
})

test('an answer that breaks off is marked, with what came of it', async () => {
  const server = net.createServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'))
  const { response } = await exchange(await listening(server), request(), options)
  expect(response).toMatchObject({ status: 200, aborted: true })
  expect(Buffer.from(response?.body ?? []).toString()).toBe('half')
})

test('where the recorded client hung up, we hang up', async () => {
  const closed: Promise<void>[] = []
  const server = http.createServer((_incoming, response) => {
    closed.push(new Promise((resolve) => response.once('close', resolve)))
    response.write('event 1\n')
    response.write('event 2\n')
  })
  const { response } = await exchange(await listening(server), request(), { ...options, hangUpAfter: 12 })
  expect(Buffer.from(response?.body ?? []).toString()).toBe('event 1\neven')
  expect(response?.aborted).toBe(true)
  await Promise.all(closed)
})

test('a connection that is refused or closed without an answer is told, not thrown', async () => {
  const server = net.createServer((socket) => socket.destroy())
  const listener = await listening(server)
  expect(await exchange(listener, request(), options)).toMatchObject({
    response: undefined,
    failure: expect.stringMatching(/before an answer|ECONNRESET/),
  })
  await new Promise((resolve) => servers.pop()?.close(resolve))
  expect(await exchange(listener, request(), options)).toMatchObject({
    response: undefined,
    failure: expect.stringMatching(/ECONNREFUSED/),
  })
})

test('an answer that does not come in time is told', async () => {
  const server = net.createServer(() => undefined)
  const result = await exchange(await listening(server), request(), { ...options, timeoutMs: 20 })
  expect(result).toEqual({ response: undefined, failure: 'no answer within 20 ms' })
})
