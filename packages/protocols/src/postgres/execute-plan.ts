import type { Interaction, RetakeError } from '@retake/core'
import type { AnswerWatch } from './answer-watch.ts'
import type { AnswerPlan, AskedTurn } from './asked-turn.ts'
import type { PortalFetch, PortalRows } from './portal-rows.ts'
import type { ServerLine, Turn } from './server-line.ts'

export interface ExecutePlanOptions {
  readonly line: ServerLine
  readonly rows: PortalRows
  /** Rows at most; 0 for all. */
  readonly limit: number
  readonly watch: AnswerWatch
  /** Says what goes before the rows. */
  readonly begin: (interaction: Interaction) => void
  /** Asks for the portal's next recorded Execute. */
  readonly nextPart: (plan: AnswerPlan) => Turn
  readonly answered: (interaction: Interaction) => void
  readonly missed: (error: RetakeError) => void
  readonly cancelled: () => void
}

/** Answers one Execute of a portal, from one recorded Execute or from several. */
export class ExecutePlan implements AnswerPlan {
  readonly #options: ExecutePlanOptions
  readonly #fetch: PortalFetch
  #begun = false

  constructor(options: ExecutePlanOptions) {
    this.#options = options
    this.#fetch = options.rows.fetch(options.limit)
  }

  begin(interaction: Interaction): void {
    if (this.#begun) return
    this.#begun = true
    this.#options.begin(interaction)
    if (this.#options.rows.hasWaiting) this.#options.line.say(...this.#fetch.fromWaiting())
  }

  chunk(bytes: Uint8Array): void {
    const { line, watch } = this.#options
    line.say(...this.#fetch.fromChunk(bytes, (message) => watch.see(message)))
  }

  complete(interaction: Interaction, turn: AskedTurn): void {
    const { line, nextPart, answered } = this.#options
    if (this.#fetch.wantsMore) {
      this.#fetch.continued()
      line.replace(turn, nextPart(this))
      return
    }
    line.say(...this.#fetch.end())
    answered(interaction)
    line.done(turn)
  }

  missed(error: RetakeError, turn: AskedTurn): void {
    this.#options.missed(error)
    this.#options.line.done(turn)
  }

  cancelled(): void {
    this.#options.cancelled()
  }
}
