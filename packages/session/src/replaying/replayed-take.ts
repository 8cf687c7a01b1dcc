import type { Scope, Take, TakeAccount } from '@retake/core'
import { createPlayback, type TakePlayback } from '@retake/determinism'
import { CallLedger, RecordedCalls } from '@retake/matching'
import { callForms } from '../call-forms.ts'
import { TakeScope } from '../take-scope.ts'
import type { DeliveryOrder } from './delivery.ts'

/** One run of a recorded take. A take that runs again gets a new one. */
export class ReplayedTake implements DeliveryOrder {
  readonly take: Take
  readonly scope: Scope
  readonly calls: RecordedCalls
  readonly ledger: CallLedger
  readonly playback: TakePlayback
  readonly blocked: string[] = []
  /** Calls begun so far, by the name of their target. */
  readonly callsTo: Map<string, number> = new Map()
  /** Answers that are being delivered. */
  pending = 0

  /** @param number The run's own: two runs of one take are two scopes. */
  constructor(take: Take, number: number, playback: { readonly cassette: string; readonly timers: 'virtual' | 'native' }) {
    this.take = take
    this.calls = new RecordedCalls(take, callForms)
    this.ledger = new CallLedger(this.calls)
    this.playback = createPlayback(take, playback)
    this.scope = new TakeScope(number, this.playback.draws, this.playback.timeline)
  }

  expect(interaction: number, part: number, deliver: () => void): () => void {
    return this.playback.expect({ kind: 'call', id: interaction, part }, deliver)
  }

  /** Everything recorded was asked for, and nothing is on its way. */
  get settled(): boolean {
    return this.pending === 0 && this.ledger.account().missing.length === 0
  }

  account(): TakeAccount {
    const { served, exhausted, diverged } = this.playback.report()
    return { ...this.ledger.account(), blocked: [...this.blocked], draws: { served, exhausted, diverged } }
  }
}
