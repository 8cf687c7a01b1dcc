import { scopes, type Scope } from '@retake/core'
import type { RequestHead, TriggerSink } from '@retake/session'
import { fixtureScope } from '../scope-fixture.ts'

export interface HeardTake {
  readonly head: RequestHead
  body: string
  requestEnd: number
  trailers: readonly string[]
  response: string
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

  begin(head: RequestHead): Scope | undefined {
    if (this.skip(head)) return undefined
    this.takes.push({ head, body: '', requestEnd: 0, trailers: [], response: '', ends: [], traces: [] })
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
  responseEnd(scope: Scope, how: 'finished' | 'aborted'): void {
    this.#of(scope).ends.push(how)
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
