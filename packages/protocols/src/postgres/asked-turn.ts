import type { Call, Chunk, Ending, Interaction, RetakeError } from '@retake/core'
import type { AskOptions, Reply, VirtualServerHost } from '../protocol.ts'
import type { ServerLine, Turn } from './server-line.ts'

/** How an answer is turned into messages for this client. */
export interface AnswerPlan {
  /** Before the first bytes of the answer, and once. */
  begin(interaction: Interaction): void
  chunk(bytes: Uint8Array): void
  /** The answer is complete. `turn` is still running; the plan says when it is done, or lets it go on. */
  complete(interaction: Interaction, turn: AskedTurn): void
  missed(error: RetakeError, turn: AskedTurn): void
  cancelled?(): void
}

/** A turn that an interaction answers. */
export class AskedTurn implements Turn, Reply {
  readonly #line: ServerLine
  readonly #plan: AnswerPlan
  #ticket: ReturnType<VirtualServerHost['ask']> | undefined
  #interaction: Interaction | undefined
  #started = false
  #begun = false
  #over = false

  private constructor(line: ServerLine, plan: AnswerPlan) {
    this.#line = line
    this.#plan = plan
  }

  /** Asks at once, in the scope of whoever wrote; the answer is heard in its turn. */
  static ask(line: ServerLine, call: Call, plan: AnswerPlan, options?: AskOptions): AskedTurn {
    const turn = new AskedTurn(line, plan)
    turn.#ticket = line.host.ask(call, turn, options)
    return turn
  }

  start(): void {
    this.#started = true
    this.#ticket?.ready()
  }

  cancel(): void {
    if (this.#over) return
    this.#over = true
    this.#ticket?.abandon()
    this.#plan.cancelled?.()
  }

  found(interaction: Interaction): void {
    this.#interaction = interaction
  }

  chunk(chunk: Chunk): void {
    if (this.#over) return
    this.#begin()
    this.#plan.chunk(chunk.bytes)
    // What completes an answer came with the last of it: a client reads both at once.
    if (!this.#completes(chunk)) this.#line.flush()
  }

  ending(ending: Ending): void {
    if (this.#over) return
    this.#begin()
    switch (ending.kind) {
      case 'complete':
        this.#over = true
        if (this.#interaction !== undefined) this.#plan.complete(this.#interaction, this)
        break
      case 'closed':
        this.#line.end()
        return
      case 'error':
        this.#line.fail(ending.error)
        return
      case 'abandoned':
        // The app gave up here, and will again; until then the server stays silent.
        break
    }
    this.#line.flush()
  }

  missed(error: RetakeError): void {
    if (this.#over) return
    this.#over = true
    this.#plan.missed(error, this)
    this.#line.flush()
  }

  #completes(chunk: Chunk): boolean {
    const outcome = this.#interaction?.outcome
    return outcome?.kind === 'stream' && outcome.ending.kind === 'complete' && outcome.chunks.at(-1) === chunk
  }

  #begin(): void {
    if (this.#begun || this.#interaction === undefined || !this.#started) return
    this.#begun = true
    this.#plan.begin(this.#interaction)
  }
}
