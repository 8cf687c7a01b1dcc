import { type Call, type Interaction, isBookkeeping } from '@retake/core'
import type { Draw } from './drawn-values.ts'
import type { ShiftedDraw } from './draw-shift.ts'
import { compareFields, type FieldDifference } from './field-difference.ts'
import type { RecordedCalls } from './recorded-calls.ts'

/** Where answers are looked for, in this order. */
export interface AnswerPools {
  /** The take that the call belongs to. */
  readonly own: RecordedCalls
  /** `main` of the same run, where the call does not belong to `main` itself. */
  readonly main?: RecordedCalls
  /**
   * Another take of the same run that has an interaction with this key; the same one each time it is asked.
   * `interaction` is the id of the first to lend.
   */
  readonly elsewhere?: (key: string) => { readonly take: string; readonly calls: RecordedCalls; readonly interaction: number } | undefined
  /** What the live run of the take has drawn so far, in the order drawn; the list only grows. */
  readonly liveDraws?: () => readonly Draw[]
}

/** What the user decides about answers. */
export interface AnswerPolicy {
  /**
   * A read whose recorded answers are used up: `last` gives the last one again, `error` is a miss. Writes are never
   * answered twice; calls of the session's bookkeeping (BEGIN, SET, …) always may be, since a pool of another size makes
   * more or fewer of them.
   * @default 'last'
   */
  readonly repeats?: 'error' | 'last'
  /** Only unused interactions of the own take with the same key answer; bookkeeping is exempt. @default false */
  readonly strict?: boolean
}

/** How a call was answered. All but `served` are shown in the report. */
export type Answer =
  | { readonly how: 'served' | 'repeated'; readonly interaction: Interaction; readonly take: string }
  | { readonly how: 'borrowed'; readonly interaction: Interaction; readonly take: string }
  | {
      readonly how: 'changed'
      readonly interaction: Interaction
      readonly take: string
      /** The fields that are equal only by which draw they carry. */
      readonly differences: readonly FieldDifference[]
      /** Draws that stand for others, since more or fewer were made before them. */
      readonly shifted?: readonly ShiftedDraw[]
    }
  | { readonly how: 'missed' }

/**
 * Finds the recorded interaction that answers a call. This is the whole decision; there is no step with a similarity
 * score, so a call is answered by what was recorded for this very call, or not at all. Identical calls get their
 * answers in the order in which they began.
 *
 * @param key The call's match key in the forms of `pools.own`.
 */
export function findAnswer(call: Call, key: string, pools: AnswerPools, policy: AnswerPolicy = {}): Answer {
  const { own, main } = pools

  const recorded = own.nextUnused(key, call)
  if (recorded !== undefined) {
    own.use(recorded)
    return { how: 'served', interaction: recorded, take: own.take.id }
  }

  if (policy.strict === true && !isBookkeeping(call)) return { how: 'missed' }

  if (main !== undefined && main !== own) {
    const lent = borrow(own, main, key)
    if (lent !== undefined) return { how: 'borrowed', interaction: lent, take: main.take.id }
  }

  const lender = pools.elsewhere?.(key)
  if (lender !== undefined && lender.calls !== own && lender.take !== own.take.id) {
    const lent = borrow(own, lender.calls, key, lender.interaction)
    if (lent !== undefined) return { how: 'borrowed', interaction: lent, take: lender.take }
  }

  const drawn = pools.liveDraws?.() ?? []
  const changed = own.nextUnusedByDraws(call, drawn)
  if (changed !== undefined) {
    own.use(changed)
    const { differences } = compareFields(changed.call, call, own.forms)
    return { how: 'changed', interaction: changed, take: own.take.id, differences }
  }

  const shift = own.nextUnusedByShift(call, drawn)
  if (shift !== undefined) {
    const { interaction, shifted } = shift
    own.use(interaction)
    return {
      how: 'changed',
      interaction,
      take: own.take.id,
      differences: compareFields(interaction.call, call, own.forms).differences,
      shifted,
    }
  }

  if (mayRepeat(call, policy)) {
    const last = lastAnswer(own.withKey(key))
    if (last !== undefined) return { how: 'repeated', interaction: last, take: own.take.id }
  }

  return { how: 'missed' }
}

/** The n-th time a take borrows it gets the n-th answer; then the last one again, but a write is lent only once. */
function borrow(borrower: RecordedCalls, lender: RecordedCalls, key: string, first = 0): Interaction | undefined {
  const all = lender.withKey(key)
  const same = first === 0 ? all : all.filter((interaction) => interaction.id >= first)
  if (same.length === 0) return undefined
  const before = borrower.borrowings(lender.take.id, key)
  const lent = same[before] ?? (same[0]?.call.effect === 'write' ? undefined : lastAnswer(same))
  if (lent !== undefined) borrower.countBorrowing(lender.take.id, key)
  return lent
}

function mayRepeat(call: Call, policy: AnswerPolicy): boolean {
  return isBookkeeping(call) || (call.effect === 'read' && policy.repeats !== 'error')
}

/** The last one that has an answer: one that the app gave up on has none to give again. */
function lastAnswer(same: readonly Interaction[]): Interaction | undefined {
  return same.findLast((interaction) => !isAbandoned(interaction)) ?? same[same.length - 1]
}

/** Whether the app gave up on the call before it was answered, or the recording ended first. */
export function isAbandoned(interaction: Interaction): boolean {
  return interaction.outcome.kind === 'stream' && interaction.outcome.ending.kind === 'abandoned'
}
