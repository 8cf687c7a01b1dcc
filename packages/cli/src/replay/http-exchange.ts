import http from 'node:http'
import net from 'node:net'
import { Duplex } from 'node:stream'
import tls from 'node:tls'
import type { HttpRequest, HttpResponse } from '@retake/core'
import { http2Exchange } from './http2-exchange.ts'
import { requestBytes } from './request-bytes.ts'

/** Where the app listens. */
export interface Listener {
  readonly host: string
  readonly port: number
  readonly secure: boolean
}

export interface ExchangeOptions {
  /** `undefined`: the app runs without Retake. */
  readonly take: string | undefined
  /** How long the whole answer may take, in ms. */
  readonly timeoutMs: number
  /** Hang up when that many bytes of the body are here: the client that was recorded did, before the answer was complete. */
  readonly hangUpAfter?: number
}

/** What came of sending a trigger; without a response, why there is none. */
export type Exchange =
  | { readonly response: HttpResponse; readonly failure?: undefined }
  | { readonly response: undefined; readonly failure: string }

/** Sends a recorded request to the app exactly as it was, and reads the whole answer. Never rejects. */
export function exchange(listener: Listener, request: HttpRequest, options: ExchangeOptions): Promise<Exchange> {
  return request.httpVersion.startsWith('2') ? http2Exchange(listener, request, options) : http1Exchange(listener, request, options)
}

function http1Exchange(listener: Listener, request: HttpRequest, options: ExchangeOptions): Promise<Exchange> {
  return new Promise((resolve) => {
    const { host, port } = listener
    const socket = listener.secure ? tls.connect({ host, port, rejectUnauthorized: false }) : net.connect({ host, port })
    const settle = (result: Exchange): void => {
      clearTimeout(impatience)
      resolve(result)
      socket.destroy()
      reader.destroy()
    }
    const fail = (failure: string): void => settle({ response: undefined, failure })
    const impatience = setTimeout(fail, options.timeoutMs, `no answer within ${options.timeoutMs} ms`)
    socket.setNoDelay(true)
    socket.write(requestBytes(request, options.take))
    socket.on('error', (error) => fail(error.message))
    const reader = readResponse(socket, request.method, options.hangUpAfter, (response) => settle({ response }), fail)
  })
}

/**
 * Reads one answer with Node's own parser: a client request whose writes lead nowhere, since the request is on its way
 * already. So HEAD, 204, 1xx, trailers and every framing are understood as in production.
 */
function readResponse(
  socket: net.Socket,
  method: string,
  hangUpAfter: number | undefined,
  done: (response: HttpResponse) => void,
  fail: (failure: string) => void,
): http.ClientRequest {
  const informational: { status: number; rawHeaders: string[] }[] = []
  const reader = http.request({
    method,
    path: '/',
    createConnection: () => listeningSide(socket),
    insecureHTTPParser: true,
    maxHeaderSize: 16 * 1024 * 1024,
  })
  reader.on('information', (info) => informational.push({ status: info.statusCode, rawHeaders: info.rawHeaders }))
  reader.on('error', (error) => fail(`${error.message} before an answer came`))
  const finish = (message: http.IncomingMessage, chunks: readonly Uint8Array[], aborted: boolean): void => {
    done({
      status: message.statusCode ?? 0,
      reason: message.statusMessage ?? '',
      httpVersion: message.httpVersion,
      rawHeaders: message.rawHeaders,
      body: Buffer.concat(chunks),
      ...(message.rawTrailers.length > 0 && { rawTrailers: message.rawTrailers }),
      ...(informational.length > 0 && { informational }),
      ...(aborted && { aborted }),
    })
  }
  reader.on('response', (message) => {
    const chunks: Buffer[] = []
    let length = 0
    message.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (hangUpAfter !== undefined && length >= hangUpAfter) finish(message, [Buffer.concat(chunks).subarray(0, hangUpAfter)], true)
    })
    message.on('error', () => finish(message, chunks, true))
    message.on('end', () => finish(message, chunks, !message.complete))
    if (hangUpAfter === 0) finish(message, [], true)
  })
  // A switch of protocols ends what can be compared: the head is the answer.
  for (const event of ['upgrade', 'connect'] as const) reader.on(event, (message: http.IncomingMessage) => finish(message, [], false))
  reader.end()
  return reader
}

function listeningSide(socket: net.Socket): Duplex {
  const side = new Duplex({
    read: () => socket.resume(),
    write: (_chunk, _encoding, written) => written(),
  })
  socket.on('data', (chunk) => {
    if (!side.push(chunk)) socket.pause()
  })
  socket.on('end', () => side.push(null))
  socket.on('close', () => side.destroy())
  return side
}
