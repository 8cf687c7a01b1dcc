import { verdictOf, type Difference, type Verdict } from '@retake/comparison'
import type { TakeResult } from '@retake/report'
import { rulesFor, type RuleSettings } from '@retake/session'
import { outcomeVerdict, type SecretMask } from './outcome-verdict.ts'
import type { ReplayedTake } from './replay-takes.ts'
import type { RunNoise } from './run-noise.ts'
import { withSources } from './value-source.ts'

/** What takes are judged by. */
export interface Judging {
  readonly rules: RuleSettings
  readonly secrets: SecretMask
  /** What of the run's values could not be given back. */
  readonly noise?: RunNoise
}

/**
 * Judges a take by its outcome and its calls. A take whose calls nobody accounted for fails: nothing shows that they were
 * the recorded ones.
 */
export function judgedTake(replayed: ReplayedTake, { rules: settings, secrets, noise }: Judging): TakeResult {
  const { take, exchange, account } = replayed
  const { request, response } = take.trigger
  const { rules, calls, deviations } = rulesFor(settings, request)
  const compared = outcomeVerdict(response, exchange, {
    secrets,
    rules,
    // Who wants no deviation wants no other value either.
    ...(noise !== undefined && deviations !== 'strict' && { judged: (compareWith) => noise.judged(replayed, compareWith) }),
  })
  const outcome = compared && withSources(compared, take.interactions)
  const trouble = troubleOf(replayed)
  const verdict = trouble === undefined ? outcome : withDifference(outcome, trouble)
  return {
    ...factsOf(replayed),
    verdict,
    account,
    decision: verdictOf({ verdict, account, calls, deviations }),
  }
}

/** Judges a take by its outcome alone: the app runs without Retake, and nobody accounts for its calls. */
export function judgedByOutcome(replayed: ReplayedTake, verdict: Verdict | undefined): TakeResult {
  return {
    ...factsOf(replayed),
    verdict,
    account: undefined,
    decision: verdictOf({ verdict, account: undefined, calls: 'off' }),
  }
}

/** What is to be said of a take whatever the verdict. */
function factsOf({ take, exchange, durationMs }: ReplayedTake): Omit<TakeResult, 'verdict' | 'account' | 'decision'> {
  const { request, response } = take.trigger
  return {
    take: take.id,
    method: request.method,
    target: request.target,
    status: exchange.response?.status,
    recordedStatus: response?.status,
    durationMs,
    recordedDurationMs: take.durationMs,
  }
}

function troubleOf({ account, crashed }: ReplayedTake): Difference | undefined {
  const sides = { recorded: undefined, replayed: undefined }
  if (account !== undefined && !crashed) return undefined
  if (crashed) return { path: 'process', class: 'missing', ...sides, reason: 'the app ended while it answered' }
  return { path: 'calls', class: 'missing', ...sides, reason: 'the app did not tell what it called: does it run without Retake?' }
}

function withDifference(verdict: Verdict | undefined, difference: Difference): Verdict {
  return { pass: false, differences: [difference, ...(verdict?.differences ?? [])], more: verdict?.more ?? false }
}
