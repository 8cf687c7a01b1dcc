import { RetakeError, targetName } from '@retake/core'
import { BodyCollector } from '../payload/collected-body.ts'
import type { VirtualServer, VirtualServerHost } from '../protocol.ts'
import { exchangeFact, greetsFact, opaqueCall } from './call.ts'
import { Answer, ReplyLine } from '../reply-line.ts'

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
  #sent = new BodyCollector()
  /** How many bytes the exchange under way has; 0 while none is. */
  #expected = 0

  /** @param upgraded The line of replies of the protocol that turned the connection into this one. */
  constructor(host: VirtualServerHost, upgraded?: ReplyLine) {
    this.#host = host
    this.#line = upgraded ?? new ReplyLine(host)
  }

  opened(): void {
    if (this.#host.connectionFact(greetsFact) === true) this.#ask()
  }

  received(bytes: Uint8Array): void {
    let rest = bytes
    while (rest.length > 0) {
      if (this.#expected === 0) {
        const recorded = this.#host.connectionFact(exchangeFact(this.#position, rest))
        // Bytes that begin no recorded exchange are asked for at once, so that the miss comes at once.
        this.#expected = typeof recorded === 'number' && recorded > 0 ? recorded : rest.length
      }
      const taken = rest.subarray(0, this.#expected - this.#sent.length)
      this.#sent.add(taken)
      rest = rest.subarray(taken.length)
      if (this.#sent.length === this.#expected) this.#ask()
    }
    this.#sent.own()
  }

  secured(): void {}

  receivedEnd(): void {
    if (this.#sent.length > 0) this.#ask()
  }

  closed(): void {
    if (this.#sent.length > 0) this.#ask()
    this.#line.abandon()
  }

  #ask(): void {
    const call = opaqueCall(this.#sent.collected(), this.#position++, this.#host.facts)
    this.#sent = new BodyCollector()
    this.#expected = 0
    this.#line.ask(call, new OpaqueAnswer(this.#line))
  }
}
