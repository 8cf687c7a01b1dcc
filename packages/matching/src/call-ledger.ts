import type { AccountedCall, Call, Interaction, TakeAccount } from '@retake/core'
import { type Answer, isAbandoned } from './find-answer.ts'
import type { RecordedCalls } from './recorded-calls.ts'

/** The part of a take's account that calls decide. */
export type CallAccount = Pick<TakeAccount, 'take' | 'served' | 'missed' | 'missing' | 'borrowed' | 'repeated' | 'changed' | 'givenUp'>

/** Keeps the account of the calls of one take while it runs. */
export class CallLedger {
  readonly #own: RecordedCalls
  #served = 0
  readonly #missed: AccountedCall[] = []
  readonly #borrowed: AccountedCall[] = []
  readonly #repeated: AccountedCall[] = []
  readonly #changed: AccountedCall[] = []

  readonly #givenUp: AccountedCall[] = []

  constructor(own: RecordedCalls) {
    this.#own = own
  }

  /**
   * Notes how a call was answered.
   * @param explanation Message of the miss, where there was one.
   */
  note(call: Call, answer: Answer, explanation?: string): void {
    switch (answer.how) {
      case 'served':
        this.#served++
        return
      case 'borrowed':
        this.#borrowed.push({ ...accounted(call, answer.interaction), from: answer.take })
        return
      case 'repeated':
        this.#repeated.push(accounted(call, answer.interaction))
        return
      case 'changed':
        this.#changed.push({ ...accounted(call, answer.interaction), reason: answer.paths.join(', ') })
        return
      case 'missed':
        this.#missed.push({ ...accounted(call), ...(explanation === undefined ? {} : { reason: explanation }) })
    }
  }

  /** Notes a call that was not recorded, and that the app gave up on where it may have given it up when it was recorded, too. */
  noteGivenUp(call: Call): void {
    this.#givenUp.push(accounted(call))
  }

  /** Nothing is missing. */
  get isComplete(): boolean {
    return !this.#own.unused().some(isMissed)
  }

  /**
   * The account so far; at the end of the take, what was not asked for is missing. The connections' bookkeeping is left
   * out, a pool of another size makes less of it; so are calls that the app itself gave up on.
   */
  account(): CallAccount {
    return {
      take: this.#own.take.id,
      served: this.#served,
      missed: [...this.#missed],
      missing: this.#own
        .unused()
        .filter(isMissed)
        .map((interaction) => accounted(interaction.call, interaction)),
      borrowed: [...this.#borrowed],
      repeated: [...this.#repeated],
      changed: [...this.#changed],
      ...(this.#givenUp.length === 0 ? {} : { givenUp: [...this.#givenUp] }),
    }
  }
}

function isMissed(interaction: Interaction): boolean {
  return interaction.call.effect !== 'session' && !isAbandoned(interaction)
}

function accounted({ label, effect, protocol }: Call, interaction?: Interaction): AccountedCall {
  return { label, effect, protocol, ...(interaction === undefined ? {} : { interaction: interaction.id }) }
}
