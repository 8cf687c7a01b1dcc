import type { AccountedCall, Call, Interaction, TakeAccount } from '@retake/core'
import { callDifference } from './call-difference.ts'
import { shiftText } from './draw-shift.ts'
import { type Answer, isAbandoned } from './find-answer.ts'
import type { MissExplanation, NearMiss } from './miss-explanation.ts'
import type { RecordedCalls } from './recorded-calls.ts'

/** The part of a take's account that calls decide. */
export type CallAccount = Pick<TakeAccount, 'take' | 'served' | 'missed' | 'missing' | 'borrowed' | 'repeated' | 'changed' | 'givenUp'>

/** Keeps the account of the calls of one take while it runs. */
export class CallLedger {
  readonly #own: RecordedCalls
  #served = 0
  readonly #missed: MissedCall[] = []
  readonly #borrowed: AccountedCall[] = []
  readonly #repeated: AccountedCall[] = []
  readonly #changed: AccountedCall[] = []
  readonly #givenUp: AccountedCall[] = []

  constructor(own: RecordedCalls) {
    this.#own = own
  }

  /**
   * Notes how a call was answered.
   * @param explanation Of the miss, where there was one.
   */
  note(call: Call, answer: Answer, explanation?: Pick<MissExplanation, 'message' | 'nearest'>): void {
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
        this.#changed.push({
          ...accounted(call, answer.interaction),
          reason: answer.differences.map(({ path }) => path).join(', '),
          ...(answer.shifted === undefined ? {} : { drawn: shiftText(answer.shifted) }),
          differences: answer.differences.map(callDifference),
        })
        return
      case 'missed':
        this.#missed.push({
          call: { ...accounted(call), ...(explanation === undefined ? {} : { reason: explanation.message }) },
          near: (explanation?.nearest ?? []).filter(({ where, excluded }) => where === 'own' && excluded === 'differs'),
        })
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
    const unused = new Map(this.#own.unused().map((interaction) => [interaction.id, interaction]))
    const missed = this.#missed.map(({ call, near }) => {
      // Each recorded call turned into one asked call at most, and only if nothing else asked for it meanwhile.
      const changedFrom = near.find(({ interaction }) => unused.delete(interaction))
      if (changedFrom === undefined) return call
      return {
        ...call,
        interaction: changedFrom.interaction,
        differences: changedFrom.differences.map(callDifference),
        ...(changedFrom.draws.length === 0 ? {} : { drawn: changedFrom.draws.join('; ') }),
      }
    })
    return {
      take: this.#own.take.id,
      served: this.#served,
      missed,
      missing: [...unused.values()].filter(isMissed).map((interaction) => accounted(interaction.call, interaction)),
      borrowed: [...this.#borrowed],
      repeated: [...this.#repeated],
      changed: [...this.#changed],
      ...(this.#givenUp.length === 0 ? {} : { givenUp: [...this.#givenUp] }),
    }
  }
}

/** A call that nothing answered, with the recorded ones of the take that it may have been. */
interface MissedCall {
  readonly call: AccountedCall
  readonly near: readonly NearMiss[]
}

function isMissed(interaction: Interaction): boolean {
  return interaction.call.effect !== 'session' && !isAbandoned(interaction)
}

function accounted({ label, effect, protocol }: Call, interaction?: Interaction): AccountedCall {
  return { label, effect, protocol, ...(interaction === undefined ? {} : { interaction: interaction.id }) }
}
