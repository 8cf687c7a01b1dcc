import { type HttpReset, scopes, type Scope } from '@retake/core'
import type { HeaderBlock, RequestHead, ResponseBlock, TriggerSink } from '@retake/session'
import { fixtureScope } from '../scope-fixture.ts'

export interface HeardTake {
  readonly head: RequestHead
  body: string
  requestEnd: number
  trailers: readonly string[]
  response: string
  /** Blocks of fields of a response of HTTP/2. */
  readonly blocks: (HeaderBlock & { readonly kind: ResponseBlock })[]
  reset: HttpReset | undefined
  /** What was known of the body when the take began. */
  readonly known: string | undefined
  /** More than one would be a fault. */
  readonly ends: string[]
  readonly traces: { readonly traceId: string; readonly spanId: string }[]
}

/** A sink that keeps what it hears, per take; bytes as latin1. */
export class LogSink implements TriggerSink {
  readonly takes: HeardTake[] = []
  /** Response bytes of all takes in the order in which they were told. */
  wire = ''
  skip: (head: RequestHead) => boolean = () => false

  readonly hearsResponses = true
  needsBody: (head: RequestHead) => boolean = () => false

  begin(head: RequestHead, body?: Uint8Array): Scope | undefined {
    if (this.skip(head)) return undefined
    const known = body === undefined ? undefined : Buffer.from(body).toString('latin1')
    this.takes.push({
      head,
      body: '',
      requestEnd: 0,
      trailers: [],
      response: '',
      blocks: [],
      reset: undefined,
      known,
      ends: [],
      traces: [],
    })
    return fixtureScope(this.takes.length)
  }
  requestBody(scope: Scope, chunk: Uint8Array): void {
    this.#of(scope).body += Buffer.from(chunk).toString('latin1')
  }
  requestEnd(scope: Scope, rawTrailers: readonly string[]): void {
    const take = this.#of(scope)
    take.requestEnd++
    take.trailers = rawTrailers
  }
  responseBytes(scope: Scope, data: Uint8Array | string, encoding: BufferEncoding | undefined): void {
    const text = (typeof data === 'string' ? Buffer.from(data, encoding) : Buffer.from(data)).toString('latin1')
    this.#of(scope).response += text
    this.wire += text
  }
  responseFields(scope: Scope, kind: ResponseBlock, block: HeaderBlock): void {
    this.#of(scope).blocks.push({ kind, ...block })
  }
  responseEnd(scope: Scope, how: 'finished' | 'aborted', reset?: HttpReset): void {
    this.#of(scope).ends.push(how)
    this.#of(scope).reset = reset
  }
  trace(scope: Scope, ids: { readonly traceId: string; readonly spanId: string }): void {
    this.#of(scope).traces.push(ids)
  }
  #of(scope: Scope): HeardTake {
    return this.takes[scope.take - 1] as HeardTake
  }
}

/** Number of the take that the code now running belongs to; 0 outside. */
export function currentTake(): number {
  return scopes.getStore()?.take ?? 0
}
