import { type HttpRequest, type HttpReset, type HttpResponse, Recent } from '@retake/core'
import type { HeaderBlock, RequestHead, ResponseBlock } from '../trigger-sink.ts'
import { FramedResponse } from './framed-response.ts'

/** Puts an inbound HTTP exchange together from the bytes that the main thread copied. */
export class TriggerAssembly {
  readonly method: string
  readonly target: string
  readonly #httpVersion: string
  /** The request without what came after its head; `undefined` when that was forgotten. */
  #bare: HttpRequest | undefined
  #rawTrailers: readonly string[] = []
  #body: Buffer[] = []
  #response: Buffer[] = []
  #framed: FramedResponse = new FramedResponse()
  /** How its stream was reset. */
  reset: HttpReset | undefined
  /** Bytes that are kept. */
  held = 0

  /** @param head What {@link joinHead} made. */
  constructor(head: Buffer) {
    const bare = requestOf(head)
    this.#bare = bare
    const { method, target, httpVersion } = bare
    this.method = method
    this.target = target
    this.#httpVersion = httpVersion
  }

  body(bytes: Buffer): void {
    this.#body.push(bytes)
    this.held += bytes.length
  }

  trailers(joined: Buffer): void {
    if (joined.length > 0) this.#rawTrailers = joined.toString('latin1').split('\0')
  }

  response(bytes: Buffer): void {
    this.#response.push(bytes)
    this.held += bytes.length
  }

  /** @param joined What {@link joinBlock} made. */
  fields(kind: ResponseBlock | undefined, joined: Buffer): void {
    const [sensitive = '', ...rawHeaders] = joined.toString('latin1').split('\0')
    if (kind !== undefined) this.#framed.fields(kind, { rawHeaders, sensitive: names(sensitive) })
    this.held += joined.length
  }

  /** Written, or dropped: the take is remembered for a while, its headers and bodies are not. */
  forget(): void {
    this.#bare = undefined
    this.#rawTrailers = []
    this.#body = []
    this.#response = []
    this.#framed = new FramedResponse()
    this.held = 0
  }

  /** Where nothing came after the head, the same object for the same head. */
  get request(): HttpRequest {
    const { method, target } = this
    const bare = this.#bare ?? { method, target, httpVersion: this.#httpVersion, rawHeaders: [], body: noBody }
    if (this.#body.length === 0 && this.#rawTrailers.length === 0) return bare
    return {
      ...bare,
      body: Buffer.concat(this.#body),
      ...(this.#rawTrailers.length === 0 ? {} : { rawTrailers: this.#rawTrailers }),
    }
  }

  /** Whether the protocol frames messages itself, so that {@link framedResponse} says what was answered. */
  get isFramed(): boolean {
    return this.#httpVersion.startsWith('2')
  }

  /** `undefined` when the client was gone before there was an answer. */
  framedResponse(aborted: boolean): HttpResponse | undefined {
    return this.#framed.response(this.responseBytes, { aborted, reset: this.reset })
  }

  /** Everything that the server wrote, framing included; of a framed response the body. */
  get responseBytes(): Buffer {
    const [only] = this.#response
    return only !== undefined && this.#response.length === 1 ? only : Buffer.concat(this.#response)
  }
}

/** A service is asked the same few things. */
const rememberedHeads: Recent<string, HttpRequest> = new Recent(500)
const longestHead = 4096
const noBody = new Uint8Array(0)

function requestOf(bytes: Buffer): HttpRequest {
  const head = bytes.toString('latin1')
  const known = rememberedHeads.get(head)
  if (known !== undefined) return known
  const [method = '', target = '', httpVersion = '1.1', flags = '', sensitive = '', ...rawHeaders] = head.split('\0')
  const request = {
    method,
    target,
    httpVersion,
    rawHeaders,
    body: noBody,
    ...(flags.includes('s') ? { secure: true } : {}),
    ...(sensitive === '' ? {} : { sensitive: names(sensitive) }),
    ...(flags.includes('p') ? { acceptsPush: true } : {}),
  }
  if (head.length <= longestHead) rememberedHeads.set(head, request)
  return request
}

/** Head of a request: `method, target, version, flags, sensitive names, name, value, …`, joined by NUL, which none can contain. */
export function joinHead({ method, url, httpVersion, secure, acceptsPush, sensitive, rawHeaders }: RequestHead): string {
  const start = `${method}\0${url}\0${httpVersion}\0${secure ? 's' : ''}${acceptsPush === true ? 'p' : ''}\0${sensitive?.join(',') ?? ''}`
  return rawHeaders.length === 0 ? start : `${start}\0${rawHeaders.join('\0')}`
}

/** A block of fields: `sensitive names, name, value, …`, joined by NUL. */
export function joinBlock({ sensitive, rawHeaders }: HeaderBlock): string {
  const start = sensitive.join(',')
  return rawHeaders.length === 0 ? start : `${start}\0${rawHeaders.join('\0')}`
}

/** No name has a comma in it (RFC 9110, 5.6.2). */
function names(joined: string): readonly string[] {
  return joined === '' ? [] : joined.split(',')
}
