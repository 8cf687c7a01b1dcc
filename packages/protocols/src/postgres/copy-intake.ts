import type { Buffer } from 'node:buffer'
import type { Call } from '@retake/core'
import type { AnswerPlan } from './asked-turn.ts'
import type { CopiedData } from './call.ts'
import { CopyInTurn } from './copy-in-turn.ts'
import { facts } from './facts.ts'
import type { ServedConnection } from './served-connection.ts'
import type { StatementText } from './sql/statement-text.ts'

export interface CopyInRequest {
  readonly text: StatementText
  readonly callWith: (copy: CopiedData | undefined) => Call
  /** @param begun Whether the request was acknowledged, and its data asked for. */
  readonly plan: (begun: boolean) => AnswerPlan
  /** Says what goes before CopyInResponse. */
  readonly acknowledge: () => void
}

/** Takes in the data of `COPY … FROM STDIN`, one at a time. */
export class CopyIntake {
  readonly #connection: ServedConnection
  #running: CopyInTurn | undefined

  constructor(connection: ServedConnection) {
    this.#connection = connection
  }

  /** @returns Whether the message belongs to the copy that is running. */
  received(letter: string, message: Buffer): boolean {
    return this.#running?.received(letter, message) === true
  }

  /** The outcome can only be asked for when the data is known: what the server says first is a fact of the target. */
  begin({ text, callWith, plan, acknowledge }: CopyInRequest): void {
    const { line } = this.#connection
    const { host } = line
    const key = text.key
    const response = host.connectionFact(facts.copyIn(key))
    if (!(response instanceof Uint8Array)) return this.#connection.ask(callWith(undefined), plan(false))
    const turn = new CopyInTurn({
      line,
      response,
      acknowledge,
      callWith,
      plan: () => plan(true),
      refusable: host.connectionFact(facts.copyInRefused(key)) === true,
      started: () => {
        this.#running = turn
        line.dropSyncs()
      },
      ended: () => {
        if (this.#running === turn) this.#running = undefined
      },
    })
    if (host.connectionFact(facts.copyInFailed(key)) !== true) return line.add(turn)
    // It may have been refused right away; if not, it goes on.
    const refusal = plan(false)
    this.#connection.ask(
      callWith(undefined),
      {
        begin: (interaction) => refusal.begin(interaction),
        chunk: (bytes) => refusal.chunk(bytes),
        complete: (interaction, asked) => refusal.complete(interaction, asked),
        missed: (_error, asked) => line.replace(asked, turn),
      },
      { optional: true, due: true },
    )
  }
}
