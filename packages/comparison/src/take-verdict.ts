import {
  type AccountedCall,
  type CallPolicy,
  type DeviationPolicy,
  isBookkeeping,
  isClockKind,
  moreDrawn,
  type TakeAccount,
} from '@retake/core'
import type { Verdict } from './verdict.ts'

/** What is known of a take after it ran again. */
export interface TakeFindings {
  /** Of its outcome; `undefined` when it has none to compare (a test, a process). */
  readonly verdict: Verdict | undefined
  readonly account: TakeAccount | undefined
  /** Which calls decide. @default 'writes' */
  readonly calls?: CallPolicy
  /** What is thought of other ways to the same outcome. @default 'warn' */
  readonly deviations?: DeviationPolicy
}

export interface TakeVerdict {
  readonly pass: boolean
  /** Why it fails, a line each; the most telling first. */
  readonly reasons: readonly string[]
  /** What is worth knowing though it does not fail. */
  readonly warnings: readonly string[]
  /**
   * Label of the first call that nothing answered, where the outcome differs: an app whose call fails answers otherwise, so
   * the difference of the outcome says little by itself.
   */
  readonly cause?: string
}

/**
 * The whole decision of a take: it fails when its outcome differs, when a call was not answered, and when calls that
 * count are missing or changed. With `writes` reads only warn; with `off` only the outcome counts. What deviates beyond that
 * fails, warns or is silent as the policy for deviations says.
 */
export function verdictOf({ verdict, account, calls = 'writes', deviations = 'warn' }: TakeFindings): TakeVerdict {
  const reasons: string[] = []
  const warnings: string[] = []
  const deviating = deviations === 'strict' ? reasons : deviations === 'warn' ? warnings : []
  const cause = verdict?.pass === false ? account?.missed[0]?.label : undefined
  if (account !== undefined) {
    for (const { call, what } of notable(account)) {
      // A take that comes first, or alone, opens connections that another one opened when it was recorded.
      if (call.effect === 'session' && what === 'answered from elsewhere') continue
      const isDeviation = deviationsOfCalls.has(what) && !isBookkeeping(call)
      const otherwise = isDeviation ? deviating : warnings
      ;(isFatal(what, call, calls) ? reasons : otherwise).push(`${what}: ${call.label}${note(what, call)}`)
    }
  }
  if (verdict !== undefined && !verdict.pass) {
    // A call that was not answered comes first, since what the outcome is follows from it; else nothing tells more than the outcome.
    const reason = outcomeReason(verdict)
    if (cause === undefined) reasons.unshift(reason)
    else reasons.push(`${reason}; it may follow from the call that was not answered`)
  }
  if (deviations === 'warn') for (const { path, reason } of verdict?.tolerated ?? []) warnings.push(`another value at ${path}: ${reason}`)
  if (account !== undefined) {
    for (const blocked of account.blocked) (calls === 'off' ? warnings : reasons).push(`connection refused: ${blocked}`)
    for (const drawn of account.draws.exhausted)
      // Looking at the clock once more, for a line of a log, is no other behaviour: only who wants to know is told.
      if (deviations === 'strict' || !isClockKind(drawn.kind)) deviating.push(moreDrawn(drawn))
    for (const diverged of account.draws.diverged) deviating.push(`another order than recorded: ${diverged}`)
    if (deviations === 'strict') for (const { label } of account.givenUp ?? []) reasons.push(`call not recorded, and given up: ${label}`)
  }
  return { pass: reasons.length === 0, reasons, warnings, ...(cause !== undefined && { cause }) }
}

/** What a call may have come to without being another call. */
const deviationsOfCalls: ReadonlySet<What> = new Set(['call changed', 'answered from elsewhere', 'answered again'])

type What =
  | 'call not recorded'
  | 'call changed, not answered'
  | 'call missing'
  | 'call changed'
  | 'answered from elsewhere'
  | 'answered again'

function* notable(account: TakeAccount): Iterable<{ readonly what: What; readonly call: AccountedCall }> {
  for (const call of account.missed) yield { what: isMissed(call) ? 'call not recorded' : 'call changed, not answered', call }
  for (const call of account.missing) yield { what: 'call missing', call }
  for (const call of account.changed) yield { what: 'call changed', call }
  for (const call of account.borrowed) yield { what: 'answered from elsewhere', call }
  for (const call of account.repeated) yield { what: 'answered again', call }
}

function isFatal(what: What, call: AccountedCall, calls: CallPolicy): boolean {
  if (calls === 'off') return false
  if (what === 'call not recorded' || what === 'call changed, not answered') return true
  if (call.effect === 'session') return false
  if (calls === 'strict' && call.effect !== 'transaction') return true
  // A transaction that is not committed keeps nothing of its writes, whatever was answered.
  if (call.effect === 'transaction') return what === 'call missing'
  return call.effect === 'write' && (what === 'call missing' || what === 'call changed')
}

/** Whether nothing like it was recorded, as opposed to a recorded call that changed. */
function isMissed({ differences }: AccountedCall): boolean {
  return differences === undefined
}

function note(what: What, { from, reason, differences, drawn }: AccountedCall): string {
  if (from !== undefined) return ` (from ${from})`
  if (what === 'call changed, not answered') return ` (${(differences ?? []).map(({ path }) => path).join(', ')})`
  return what === 'call changed' && reason !== undefined ? ` (${reason}${drawn === undefined ? '' : `: ${drawn}`})` : ''
}

function outcomeReason({ differences, more }: Verdict): string {
  const [first] = differences
  const rest = differences.length - 1
  if (first === undefined) return 'outcome differs'
  return `outcome differs: ${first.path}, ${first.reason}${rest === 0 ? '' : ` (and ${rest}${more ? ' or more' : ''} more)`}`
}
