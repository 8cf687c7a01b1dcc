import type { Ending, TransportError } from '@retake/core'
import type { ConnectionFacts, Conversation, ConversationSink, OpenInteraction, Stamp } from '../protocol.ts'
import { greetsFact, opaqueCall } from './call.ts'
import { SentSoFar } from './sent-so-far.ts'

/**
 * Listens to a protocol that nobody understands: what the client sends up to the next answer is a call, what the server
 * sends up to the client's next bytes is its outcome. A server that speaks first answers an empty call.
 */
export class GenericConversation implements Conversation {
  readonly #sink: ConversationSink
  readonly #facts: ConnectionFacts
  #position = -1
  #open: OpenInteraction | undefined
  #sent = new SentSoFar()
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
      this.#begin(stamp)
    } else this.#sink.connectionFact(this.#sent.factName('writes on', this.#position), this.#sent.length + bytes.length)
    this.#sent.add(bytes)
  }

  received(bytes: Uint8Array, stamp: Stamp): void {
    if (this.#over || bytes.length === 0) return
    if (this.#open === undefined) {
      // Received bytes belong to nobody; who opened the connection waits for them.
      this.#begin({ ...stamp, take: this.#facts.openedBy ?? stamp.take })
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

  #begin(stamp: Stamp): void {
    this.#position++
    this.#open = this.#sink.begin(stamp)
    this.#sent = new SentSoFar()
    this.#answered = false
  }

  /** The answer begins: what was sent up to here is the call. */
  #settle(): void {
    if (this.#answered || this.#open === undefined) return
    this.#answered = true
    if (this.#sent.length > 0) this.#sink.connectionFact(this.#sent.factName('ends', this.#position), true)
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
