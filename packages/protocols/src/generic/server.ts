import { RetakeError, targetName } from '@retake/core'
import type { VirtualServer, VirtualServerHost } from '../protocol.ts'
import { Answer, ReplyLine } from '../reply-line.ts'
import { greetsFact, opaqueCall } from './call.ts'
import { SentSoFar } from './sent-so-far.ts'

class OpaqueAnswer extends Answer {
  override missed(error: RetakeError): void {
    const target = targetName(this.line.host.facts.target)
    this.line.fail(
      new RetakeError(
        'RETAKE_PROTOCOL_UNKNOWN',
        `${target}: these bytes were not recorded at this place of a connection.\n${error.message}`,
        {
          cause: error,
          details: { target },
        },
      ),
    )
  }
}

/** Answers the same bytes in the same order with what came back when they were recorded. */
export class GenericServer implements VirtualServer {
  readonly #line: ReplyLine
  readonly #host: VirtualServerHost
  #position = 0
  #sent = new SentSoFar()
  /** How many bytes of the exchange under way are waited for. */
  #awaited = 0

  /** @param upgraded The line of replies of the protocol that turned the connection into this one. */
  constructor(host: VirtualServerHost, upgraded?: ReplyLine) {
    this.#host = host
    this.#line = upgraded ?? new ReplyLine(host)
  }

  opened(): void {
    if (this.#host.connectionFact(greetsFact) === true) this.#ask()
  }

  received(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#sent.add(bytes)
    const position = this.#position
    const upTo = this.#host.connectionFact(this.#sent.factName('writes on', position))
    if (typeof upTo === 'number') this.#awaited = upTo
    // What never was part of more is asked for at once, so that its miss comes at once.
    if (this.#sent.length >= this.#awaited) this.#ask()
    else if (this.#host.connectionFact(this.#sent.factName('ends', position)) === true) this.#askUnlessMoreFollows()
  }

  secured(): void {}

  receivedEnd(): void {
    if (this.#sent.length > 0) this.#ask()
    // Where nothing was said no answer can tell how it ended; whoever listens ends too, as far as is known.
    else if (this.#position === 0) this.#host.end()
  }

  closed(): void {
    if (this.#sent.length > 0) this.#ask()
    this.#line.abandon()
  }

  /** Some exchanges ended here, others went on: whatever the client writes in one go is one exchange. */
  #askUnlessMoreFollows(): void {
    const sent = this.#sent
    const { length } = sent
    this.#host.later(() => {
      if (this.#sent === sent && sent.length === length) this.#ask()
    })
  }

  #ask(): void {
    const call = opaqueCall(this.#sent.collected(), this.#position++, this.#host.facts)
    this.#sent = new SentSoFar()
    this.#awaited = 0
    this.#line.ask(call, new OpaqueAnswer(this.#line))
  }
}
