import type { Ending, TransportError } from '@retake/core'
import { BodyCollector } from '../payload/collected-body.ts'
import type { ConnectionFacts, Conversation, ConversationSink, OpenInteraction, Stamp } from '../protocol.ts'
import { exchangeFact, greetsFact, opaqueCall } from './call.ts'

/**
 * Listens to a protocol that nobody understands: what the client sends up to the next answer is a call, what the server
 * sends up to the client's next bytes is its outcome. A server that speaks first answers an empty call.
 */
export class GenericConversation implements Conversation {
  readonly #sink: ConversationSink
  readonly #facts: ConnectionFacts
  #position = -1
  #open: OpenInteraction | undefined
  #sent = new BodyCollector()
  #firstFact = ''
  #answered = false
  #over = false

  /** @param upgraded The interaction that turned the connection into this one; it gets what the server sends first. */
  constructor(sink: ConversationSink, facts: ConnectionFacts, upgraded?: OpenInteraction) {
    this.#sink = sink
    this.#facts = facts
    this.#open = upgraded
    this.#answered = upgraded !== undefined
  }

  sent(bytes: Uint8Array, stamp: Stamp): void {
    if (this.#over || bytes.length === 0) return
    if (this.#open === undefined || this.#answered) {
      this.#end({ kind: 'complete' }, stamp)
      this.#begin(stamp, bytes)
    }
    this.#sent.add(bytes)
    this.#sent.own()
  }

  received(bytes: Uint8Array, stamp: Stamp): void {
    if (this.#over || bytes.length === 0) return
    if (this.#open === undefined) {
      this.#begin(stamp, undefined)
      this.#sink.connectionFact(greetsFact, true)
    }
    this.#settle()
    this.#open?.chunk(bytes, stamp)
  }

  secured(_stamp: Stamp): void {}

  sentEnd(_stamp: Stamp): void {}

  receivedEnd(stamp: Stamp): void {
    this.#finish({ kind: 'closed' }, stamp)
  }

  closed(stamp: Stamp, how: { readonly error?: TransportError; readonly byApp: boolean }): void {
    if (how.error !== undefined && !how.byApp) this.#finish({ kind: 'error', error: how.error }, stamp)
    else this.#finish({ kind: how.byApp ? 'abandoned' : 'closed' }, stamp)
  }

  #begin(stamp: Stamp, firstWrite: Uint8Array | undefined): void {
    this.#position++
    this.#open = this.#sink.begin(stamp)
    this.#sent = new BodyCollector()
    this.#firstFact = firstWrite === undefined ? '' : exchangeFact(this.#position, firstWrite)
    this.#answered = false
  }

  /** The answer begins: what was sent up to here is the call. */
  #settle(): void {
    if (this.#answered || this.#open === undefined) return
    this.#answered = true
    if (this.#firstFact !== '') this.#sink.connectionFact(this.#firstFact, this.#sent.length)
    this.#open.call(opaqueCall(this.#sent.collected(), this.#position, this.#facts))
  }

  #end(ending: Ending, stamp: Stamp): void {
    this.#settle()
    this.#open?.end(ending, stamp)
    this.#open = undefined
  }

  #finish(ending: Ending, stamp: Stamp): void {
    if (this.#over) return
    this.#end(ending, stamp)
    this.#over = true
  }
}
