import type { HttpReset, Interaction, Take, TakeAccount } from '@retake/core'
import { TakePlayback } from '@retake/determinism'
import { CallLedger, RecordedCalls } from '@retake/matching'
import type { Session } from '../session.ts'
import { type TakeLife, TakeScope } from '../take-scope.ts'
import type { DeliveryOrder } from './delivery.ts'
import type { TakeLibrary } from './take-library.ts'

/** One run of a recorded take. A take that runs again gets a new one. */
export class ReplayedTake implements DeliveryOrder {
  readonly take: Take
  /** The cassette that the take is from. */
  readonly library: TakeLibrary
  readonly scope: TakeScope
  readonly calls: RecordedCalls
  readonly ledger: CallLedger
  readonly playback: TakePlayback
  readonly blocked: string[] = []
  /** How the stream of its response was reset. */
  reset: HttpReset | undefined
  /** Calls begun so far, by the name of their target. */
  readonly callsTo: Map<string, number> = new Map()
  /** Answers that are being delivered. */
  pending = 0
  /** What this process does for requests that the take has sent to it. */
  readonly parts: ReplayedTake[] = []
  finished = false
  #byId: Map<number, Interaction> | undefined
  #delivered: ReadonlySet<number> | undefined

  /** @param number The run's own: two runs of one take are two scopes. */
  constructor(session: Session, take: Take, library: TakeLibrary, number: number, timers: 'virtual' | 'native', life?: TakeLife) {
    this.take = take
    this.library = library
    this.calls = new RecordedCalls(take, library.formsOf(take.id))
    this.ledger = new CallLedger(this.calls)
    this.playback = new TakePlayback(take.segments, {
      cassette: library.id,
      take: take.id,
      startedAt: take.startedAt,
      native: library.nativeKinds(take.id),
      timers,
      callStartedAt: (id) => this.#recorded(id)?.startedAt,
      labelOfCall: (id) => this.#recorded(id)?.call.label,
    })
    this.scope = new TakeScope(session, number, this.playback.draws, this.playback.timeline, false, life)
  }

  /** Whether a timer of the take's code is set, and has not fired yet, that fired when the take was recorded. */
  get timerWaits(): boolean {
    return this.playback.timeline.timerWaits
  }

  expect(interaction: number, part: number, deliver: () => void): () => void {
    return this.playback.timeline.expect({ kind: 'call', id: interaction, part }, deliver)
  }

  expectAnywhere(interaction: number, part: number, deliver: () => void): () => void {
    return this.playback.timeline.expectAnywhere({ kind: 'call', id: interaction, part }, deliver)
  }

  /** Whether anything of an interaction was a delivery when the take was recorded: a seam may have answered synchronously. */
  wasDelivered(interaction: number): boolean {
    this.#delivered ??= new Set(this.take.segments.flatMap(({ token }) => (token?.kind === 'call' ? [token.id] : [])))
    return this.#delivered.has(interaction)
  }

  #recorded(id: number): Interaction | undefined {
    this.#byId ??= new Map(this.take.interactions.map((interaction) => [interaction.id, interaction]))
    return this.#byId.get(id)
  }

  /** Everything recorded was asked for, and nothing is on its way. */
  get settled(): boolean {
    return this.pending === 0 && this.ledger.isComplete && this.parts.every(({ finished }) => finished)
  }

  /** Of this take alone. */
  account(): TakeAccount {
    const { reset } = this
    return {
      ...this.ledger.account(),
      ...(reset === undefined ? {} : { reset }),
      blocked: [...this.blocked],
      draws: this.playback.report(),
    }
  }
}
