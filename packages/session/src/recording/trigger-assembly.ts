import type { HttpRequest } from '@retake/core'

/** Puts an inbound HTTP exchange together from the bytes that the main thread copied. */
export class TriggerAssembly {
  readonly method: string
  readonly target: string
  readonly #httpVersion: string
  readonly #secure: boolean
  readonly #rawHeaders: readonly string[]
  #rawTrailers: readonly string[] = []
  #body: Buffer[] = []
  #response: Buffer[] = []
  /** Bytes that are kept. */
  held = 0

  /** @param head `method, target, version, secure, name, value, …` joined by NUL, which no header can contain. */
  constructor(head: Buffer) {
    const parts = head.toString('latin1').split('\0')
    this.method = parts[0] ?? ''
    this.target = parts[1] ?? ''
    this.#httpVersion = parts[2] ?? '1.1'
    this.#secure = parts[3] === '1'
    this.#rawHeaders = parts.slice(4)
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

  /** Written, or dropped: the take is remembered for a while, its bodies are not. */
  forget(): void {
    this.#body = []
    this.#response = []
    this.held = 0
  }

  get request(): HttpRequest {
    return {
      method: this.method,
      target: this.target,
      httpVersion: this.#httpVersion,
      rawHeaders: this.#rawHeaders,
      body: Buffer.concat(this.#body),
      ...(this.#rawTrailers.length === 0 ? {} : { rawTrailers: this.#rawTrailers }),
      ...(this.#secure ? { secure: true } : {}),
    }
  }

  /** Everything that the server wrote, framing included. */
  get responseBytes(): Buffer {
    return Buffer.concat(this.#response)
  }
}

/** Head of a request in the form that {@link TriggerAssembly} takes. */
export function joinHead(head: {
  readonly method: string
  readonly url: string
  readonly httpVersion: string
  readonly secure: boolean
  readonly rawHeaders: readonly string[]
}): string {
  const start = `${head.method}\0${head.url}\0${head.httpVersion}\0${head.secure ? '1' : '0'}`
  return head.rawHeaders.length === 0 ? start : `${start}\0${head.rawHeaders.join('\0')}`
}
