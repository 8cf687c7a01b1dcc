import type { Call, Chunk, Ending, Interaction, RetakeError } from '@retake/core'
import type { AskOptions, Reply, VirtualServerHost } from './protocol.ts'

/** A reply that goes to the client as it was recorded. */
export class Answer implements Reply {
  readonly line: ReplyLine
  ticket: ReturnType<VirtualServerHost['ask']> | undefined

  constructor(line: ReplyLine) {
    this.line = line
  }

  found(_interaction: Interaction): void {}

  chunk(chunk: Chunk): void {
    if (chunk.bytes.length > 0) this.line.host.send(chunk.bytes)
  }

  ending(ending: Ending): void {
    this.line.ended(ending)
  }

  missed(error: RetakeError): void {
    this.line.fail(error)
  }
}

/** The replies of one connection, delivered in the order of their requests. */
export class ReplyLine {
  readonly host: VirtualServerHost
  readonly #waiting: Answer[] = []
  #over = false

  constructor(host: VirtualServerHost) {
    this.host = host
  }

  /** No reply can follow: the connection was ended or broken. */
  get over(): boolean {
    return this.#over
  }

  ask(call: Call, answer: Answer, options?: AskOptions): void {
    if (this.#over) return
    this.#waiting.push(answer)
    this.#ask(call, answer, options)
  }

  /** Another call takes the place of one that nothing answers; or none does, and the next reply may be delivered. */
  instead(of: Answer, call?: Call, answer?: Answer): void {
    const at = this.#waiting.indexOf(of)
    if (this.#over || at === -1) return
    if (call !== undefined && answer !== undefined) {
      this.#waiting[at] = answer
      this.#ask(call, answer)
    } else {
      this.#waiting.splice(at, 1)
      if (at === 0) this.#waiting[0]?.ticket?.ready()
    }
  }

  #ask(call: Call, answer: Answer, options?: AskOptions): void {
    answer.ticket = this.host.ask(call, answer, options)
    if (this.#waiting[0] === answer) answer.ticket.ready()
  }

  /** The first reply is done; the next one may be delivered. */
  ended(ending: Ending): void {
    if (this.#over) return
    switch (ending.kind) {
      case 'complete':
        this.#waiting.shift()
        // A ticket that is still missing is `ask`'s to make ready: it is being asked for just now.
        this.#waiting[0]?.ticket?.ready()
        return
      case 'closed':
        this.#stop()
        this.host.end()
        return
      case 'error':
        this.fail(ending.error)
        return
      case 'abandoned':
        // The app gave up here, and will again; until then the server stays silent.
        return
    }
  }

  fail(error: Parameters<VirtualServerHost['fail']>[0]): void {
    if (this.#over) return
    this.#stop()
    this.host.fail(error)
  }

  /** The client is gone: nobody listens to what is left. */
  abandon(): void {
    if (this.#over) return
    this.#over = true
    for (const answer of this.#waiting.splice(0)) answer.ticket?.abandon()
  }

  /** What came after the reply that ended it all cannot be delivered any more. */
  #stop(): void {
    this.#over = true
    this.#waiting.shift()
    for (const answer of this.#waiting.splice(0)) answer.ticket?.abandon()
  }
}
