import type { Ending, FieldValue, Target } from '@retake/core'
import { opaqueCall } from '../generic/call.ts'
import { BodyCollector } from '../payload/collected-body.ts'
import type { ConnectionFacts, ConversationSink, OpenInteraction, Stamp } from '../protocol.ts'
import { bodilessCall, requestCall } from './call.ts'
import { continueFact, unfinishedFact } from './connection-fact-names.ts'
import type { RequestHead } from './head.ts'

/** A bad head is kept up to this length, bytes. */
const unreadableLimit = 64 * 1024

/** One request with its response, while both are under way. */
export class Exchange {
  readonly open: OpenInteraction
  readonly body: BodyCollector = new BodyCollector()
  readonly #sink: ConversationSink
  readonly #facts: ConnectionFacts
  #head: RequestHead | undefined
  #requestDone = false
  #continued = false
  #called = false
  /** The outcome was settled before the request ended. */
  #unfinished = false
  #ended = false
  #meta: { [name: string]: FieldValue } | undefined

  constructor(sink: ConversationSink, facts: ConnectionFacts, stamp: Stamp) {
    this.#sink = sink
    this.#facts = facts
    this.open = sink.begin(stamp)
  }

  get request(): RequestHead | undefined {
    return this.#head
  }

  get requestIsDone(): boolean {
    return this.#requestDone
  }

  /** The client holds its body back until it hears `100 Continue`. */
  get awaitsContinue(): boolean {
    return this.#head !== undefined && this.#head.framing.expectsContinue && !this.#requestDone && !this.#continued
  }

  requestHead(head: RequestHead): void {
    this.#head = head
  }

  requestDone(target: Target): void {
    this.#requestDone = true
    const head = this.#head
    if (head === undefined || this.#called) return
    this.#called = true
    if (head.framing.expectsContinue && !this.#continued) this.#sink.connectionFact(continueFact(head), null)
    this.open.call(this.body.length === 0 ? bodilessCall(head, target) : requestCall(head, this.body.collected(), target))
  }

  /** The request cannot be read; its bytes as such are the call. */
  requestUnreadable(bytes: Uint8Array): void {
    this.#requestDone = true
    if (this.#called) return
    this.#called = true
    this.open.call(opaqueCall({ bytes: bytes.subarray(0, unreadableLimit) }, 0, this.#facts))
  }

  /** `100 Continue` came for a client that waits for it. */
  continued(bytes: Uint8Array, stamp: Stamp): void {
    this.#continued = true
    if (this.#head !== undefined) this.#sink.connectionFact(continueFact(this.#head), bytes.slice())
    this.open.chunk(bytes, stamp, 'continue')
  }

  /** The final response begins, or the connection ends. Now the call is known, whether the request is complete or not. */
  settle(target: Target): void {
    if (this.#requestDone || this.#called) return
    this.#called = true
    this.#unfinished = true
    const head = this.#head
    if (head === undefined) return this.open.call(opaqueCall({ bytes: new Uint8Array(0) }, 0, this.#facts))
    this.#sink.connectionFact(unfinishedFact(head), true)
    this.meta({ sent: this.body.length, sentSha256: this.body.sha256() })
    this.open.call(requestCall(head, 'unfinished', target))
  }

  chunk(bytes: Uint8Array, stamp: Stamp): void {
    if (bytes.length === 0) return
    // A conversation in both directions: this much of the request had been sent before this came back.
    if (this.#unfinished && !this.#requestDone) this.open.chunk(bytes, stamp, `sent:${this.body.length}`)
    else this.open.chunk(bytes, stamp)
  }

  meta(meta: { readonly [name: string]: FieldValue }): void {
    this.#meta = { ...this.#meta, ...meta }
  }

  /** Tells what the server needs to know; what follows on this connection adds to the same interaction. */
  handOver(): OpenInteraction {
    this.#ended = true
    if (this.#meta !== undefined) this.open.meta(this.#meta)
    return this.open
  }

  end(ending: Ending, stamp: Stamp, target: Target): void {
    if (this.#ended) return
    this.#ended = true
    if (ending.kind !== 'abandoned') this.settle(target)
    else if (!this.#called) this.#callAbandoned(target)
    if (this.#unfinished && !this.#requestDone && ending.kind !== 'complete') this.meta({ sentAtEnd: this.body.length })
    if (this.#meta !== undefined) this.open.meta(this.#meta)
    this.open.end(ending, stamp)
  }

  /** The app gave up before its request was complete. How far it got is a matter of timing. */
  #callAbandoned(target: Target): void {
    this.#called = true
    if (this.#head === undefined) this.open.call(opaqueCall({ bytes: new Uint8Array(0) }, 0, this.#facts))
    else this.open.call(requestCall(this.#head, 'unfinished', target))
  }
}
