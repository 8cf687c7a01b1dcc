import type { HttpReset, HttpResponse } from '@retake/core'
import type { HeaderBlock, ResponseBlock } from '../trigger-sink.ts'

type Pushed = NonNullable<HttpResponse['pushed']>[number]

/** A response whose protocol frames it itself (HTTP/2), put together from blocks of fields. */
export class FramedResponse {
  #status = 0
  #rawHeaders: readonly string[] = []
  #rawTrailers: readonly string[] = []
  readonly #informational: { readonly status: number; readonly rawHeaders: readonly string[] }[] = []
  readonly #pushed: Pushed[] = []
  readonly #sensitive: Set<string> = new Set()

  fields(kind: ResponseBlock, { rawHeaders, sensitive }: HeaderBlock): void {
    for (const name of sensitive) this.#sensitive.add(name)
    switch (kind) {
      case 'informational':
        this.#informational.push({ status: statusOf(rawHeaders), rawHeaders: withoutStatus(rawHeaders) })
        return
      case 'final':
        this.#status = statusOf(rawHeaders)
        this.#rawHeaders = withoutStatus(rawHeaders)
        return
      case 'trailers':
        this.#rawTrailers = rawHeaders
        return
      case 'push':
        this.#pushed.push({ target: valueOf(rawHeaders, ':path') ?? '/', rawHeaders })
    }
  }

  /** @returns `undefined` when the client was gone before there was an answer: nothing is known of the outcome. */
  response(
    body: Uint8Array,
    { aborted, reset }: { readonly aborted: boolean; readonly reset: HttpReset | undefined },
  ): HttpResponse | undefined {
    if (this.#status === 0 && reset?.by !== 'server') return undefined
    return {
      status: this.#status,
      reason: '',
      httpVersion: '2.0',
      rawHeaders: this.#rawHeaders,
      body,
      ...(this.#rawTrailers.length === 0 ? {} : { rawTrailers: this.#rawTrailers }),
      ...(this.#informational.length === 0 ? {} : { informational: this.#informational }),
      ...(aborted ? { aborted: true } : {}),
      ...(reset === undefined ? {} : { reset }),
      ...(this.#sensitive.size === 0 ? {} : { sensitive: [...this.#sensitive] }),
      ...(this.#pushed.length === 0 ? {} : { pushed: this.#pushed }),
    }
  }
}

function statusOf(rawHeaders: readonly string[]): number {
  return Number(valueOf(rawHeaders, ':status') ?? 0)
}

function valueOf(rawHeaders: readonly string[], name: string): string | undefined {
  const at = rawHeaders.findIndex((text, index) => index % 2 === 0 && text === name)
  return at === -1 ? undefined : rawHeaders[at + 1]
}

/** It stands first, alone (RFC 9113, 8.3.2). */
function withoutStatus(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders[0] === ':status' ? rawHeaders.slice(2) : rawHeaders
}
