import http2 from 'node:http2'
import net from 'node:net'
import tls from 'node:tls'
import type { HttpRequest, HttpResponse } from '@retake/core'
import { takeHeader } from '@retake/session'
import type { Exchange, ExchangeOptions, Listener } from './http-exchange.ts'

/** Windows and lists as large as they get: what the app sends is to arrive as it was sent. */
const settings: http2.Settings = { initialWindowSize: 2 ** 24, maxHeaderListSize: 16 * 1024 * 1024 }

/**
 * Sends a recorded HTTP/2 request to the app, on a connection of its own, and reads the whole answer. Never rejects. Without TLS
 * both sides know that it is HTTP/2 (RFC 9113, section 3.3); with TLS they agree on `h2`.
 */
export function http2Exchange(listener: Listener, request: HttpRequest, options: ExchangeOptions): Promise<Exchange> {
  return new Promise((resolve) => {
    const socket = connect(listener)
    const connection = { isGone: false }
    // Heard before the session hears of it, and ends its streams.
    socket.on('close', () => (connection.isGone = true))
    const session = http2.connect(`${listener.secure ? 'https' : 'http'}://${listener.host}:${listener.port}`, {
      createConnection: () => socket,
      settings: { ...settings, enablePush: request.acceptsPush === true },
      maxHeaderListPairs: 65_536,
    })
    const settle = (result: Exchange): void => {
      clearTimeout(impatience)
      resolve(result)
      session.destroy()
      socket.destroy()
    }
    const fail = (failure: string): void => settle({ response: undefined, failure })
    const impatience = setTimeout(fail, options.timeoutMs, `no answer within ${options.timeoutMs} ms`)
    session.on('error', (error) => fail(`${error.message} before an answer came`))
    session.on('goaway', (code) => code !== 0 && fail(`the app ended the connection with code ${code}`))
    const answer = new Answer((response) => settle({ response }), fail, connection)
    session.on('stream', (pushed: http2.ClientHttp2Stream, _headers, _flags, ...rest: unknown[]) => answer.pushed(pushed, rest[0]))
    const send = (): void => {
      try {
        answer.read(sendRequest(session, request, options), options.hangUpAfter)
      } catch (error) {
        fail(`the recorded request cannot be sent: ${(error as Error).message}`)
      }
    }
    // A WebSocket over HTTP/2 may only be asked for once the server has said that it takes them (RFC 8441, section 3).
    if (isExtendedConnect(request)) session.once('remoteSettings', send)
    else send()
  })
}

function connect({ host, port, secure }: Listener): net.Socket {
  const socket = secure ? tls.connect({ host, port, ALPNProtocols: ['h2'], rejectUnauthorized: false }) : net.connect({ host, port })
  return socket.setNoDelay(true)
}

function isExtendedConnect({ rawHeaders }: HttpRequest): boolean {
  return rawHeaders.some((text, index) => index % 2 === 0 && text === ':protocol')
}

function sendRequest(session: http2.ClientHttp2Session, request: HttpRequest, { take }: ExchangeOptions): http2.ClientHttp2Stream {
  const { body, rawTrailers = [] } = request
  // Who opened a tunnel, or took messages as they came, had not ended the request: but what follows it, it had.
  const endStream = body.length === 0 && rawTrailers.length === 0
  const stream = session.request(headersOf(request, take), { endStream, waitForTrailers: rawTrailers.length > 0 })
  stream.on('wantTrailers', () => stream.sendTrailers(fieldsOf(rawTrailers)))
  if (!endStream) stream.end(body)
  return stream
}

/** In recorded order; method and path as they are to be sent now. */
function headersOf({ method, target, rawHeaders, sensitive = [] }: HttpRequest, take: string | undefined): http2.OutgoingHttpHeaders {
  const headers = fieldsOf(
    rawHeaders.map((text, index) =>
      index % 2 === 0 ? text : ({ ':method': method, ':path': target }[rawHeaders[index - 1] ?? ''] ?? text),
    ),
  )
  delete headers[takeHeader]
  if (take !== undefined) headers[takeHeader] = take
  return { ...headers, [http2.sensitiveHeaders]: [...sensitive] }
}

function fieldsOf(rawHeaders: readonly string[]): { [name: string]: string | string[] } {
  const fields: { [name: string]: string | string[] } = Object.create(null) as { [name: string]: string | string[] }
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name, value] = [rawHeaders[index] as string, rawHeaders[index + 1] as string]
    const before = fields[name]
    fields[name] = before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value]
  }
  return fields
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** What has come of an answer so far. */
class Answer {
  readonly #done: (response: HttpResponse) => void
  readonly #fail: (failure: string) => void
  readonly #connection: { readonly isGone: boolean }
  readonly #chunks: Buffer[] = []
  readonly #informational: { status: number; rawHeaders: readonly string[] }[] = []
  readonly #pushed: { target: string; rawHeaders: readonly string[] }[] = []
  readonly #head: Mutable<Pick<HttpResponse, 'status' | 'rawHeaders' | 'rawTrailers' | 'sensitive'>> = { status: 0, rawHeaders: [] }
  #length = 0
  #over = false

  constructor(done: (response: HttpResponse) => void, fail: (failure: string) => void, connection: { readonly isGone: boolean }) {
    this.#done = done
    this.#fail = fail
    this.#connection = connection
  }

  /** A response that nobody asked for: only that it was promised is kept. */
  pushed(stream: http2.ClientHttp2Stream, rawHeaders: unknown): void {
    const raw = Array.isArray(rawHeaders) ? (rawHeaders as string[]) : []
    this.#pushed.push({ target: raw[raw.indexOf(':path') + 1] ?? '/', rawHeaders: raw })
    stream.on('error', () => undefined)
    stream.resume()
  }

  read(stream: http2.ClientHttp2Stream, hangUpAfter: number | undefined): void {
    stream.on('headers', (headers, _flags, ...rest: unknown[]) =>
      this.#informational.push({ status: Number(headers[':status']), rawHeaders: withoutStatus(rest[0]) }),
    )
    stream.on('response', (headers, _flags, ...rest: unknown[]) => {
      this.#head.status = Number(headers[':status'])
      this.#head.rawHeaders = withoutStatus(rest[0])
      const sensitive = (headers as { readonly [key: symbol]: readonly string[] | undefined })[http2.sensitiveHeaders] ?? []
      if (sensitive.length > 0) this.#head.sensitive = sensitive
      if (hangUpAfter === 0) this.#hangUp(stream, hangUpAfter)
    })
    stream.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk)
      this.#length += chunk.length
      if (hangUpAfter !== undefined && this.#length >= hangUpAfter) this.#hangUp(stream, hangUpAfter)
    })
    stream.on('trailers', (_headers, _flags, ...rest: unknown[]) => (this.#head.rawTrailers = withoutStatus(rest[0])))
    let trouble: NodeJS.ErrnoException | undefined
    stream.on('error', (error) => (trouble = error))
    stream.on('close', () => this.#closed(stream.rstCode, trouble))
  }

  /** A stream that is reset says so with its code; any other end is one of the connection. */
  #closed(code: number, trouble: NodeJS.ErrnoException | undefined): void {
    const isReset = trouble === undefined ? !this.#connection.isGone : trouble.code === 'ERR_HTTP2_STREAM_ERROR'
    const hasHead = this.#head.status !== 0
    if (isReset) this.#finish(code === 0 && hasHead ? {} : { aborted: true, reset: { code, by: 'server' } })
    else if (hasHead) this.#finish({ aborted: true })
    else if (!this.#over) this.#fail(`${trouble?.message ?? 'the connection closed'} before an answer came`)
  }

  /** As the client did when it was recorded. */
  #hangUp(stream: http2.ClientHttp2Stream, after: number): void {
    this.#length = after
    this.#finish({ aborted: true, reset: { code: http2.constants.NGHTTP2_CANCEL, by: 'client' } })
    stream.close(http2.constants.NGHTTP2_CANCEL)
  }

  #finish(end: Pick<HttpResponse, 'aborted' | 'reset'>): void {
    if (this.#over) return
    this.#over = true
    const body = Buffer.concat(this.#chunks)
    this.#done({
      ...this.#head,
      reason: '',
      httpVersion: '2.0',
      body: end.reset?.by === 'client' ? body.subarray(0, this.#length) : body,
      ...(this.#informational.length > 0 && { informational: this.#informational }),
      ...(this.#pushed.length > 0 && { pushed: this.#pushed }),
      ...end,
    })
  }
}

function withoutStatus(rawHeaders: unknown): readonly string[] {
  if (!Array.isArray(rawHeaders)) return []
  const raw = rawHeaders as readonly string[]
  return raw[0] === ':status' ? raw.slice(2) : raw
}
