import { compare, type CompareContext, type CompareRules, type Verdict } from '@retake/comparison'
import type { HttpResponse } from '@retake/core'
import { refusingBroadRules } from './broad-rules.ts'
import type { Exchange } from './http-exchange.ts'

/** Makes secrets equal, on whichever side they are redacted. */
export interface SecretMask {
  mask(response: HttpResponse): HttpResponse
}

/** How outcomes are compared. */
export interface OutcomeComparison {
  readonly secrets: SecretMask
  readonly rules: CompareRules
  /** Decides about values that could not be given back; without it every value must be the recorded one. */
  readonly judged?: (compareWith: CompareWith) => Verdict
}

/** Compares the two outcomes, with typed noise where clocks are given. */
export type CompareWith = (context: Pick<CompareContext, 'clocks' | 'references'>) => Verdict

/**
 * Compares the outcome of a replayed request with the recorded one. Secrets are masked on both sides: the recording has
 * placeholders where the app answers with the secrets themselves.
 * @returns `undefined` when the recorded client was gone before an answer came: nothing is known of the outcome.
 */
export function outcomeVerdict(recorded: HttpResponse | undefined, replayed: Exchange, how: OutcomeComparison): Verdict | undefined {
  if (recorded === undefined) return undefined
  const { secrets, rules, judged } = how
  if (replayed.response !== undefined) {
    const [before, now] = [secrets.mask(recorded), secrets.mask(replayed.response)]
    const hidesSecrets = isMasked(recorded, before) || isMasked(replayed.response, now)
    const compareWith: CompareWith = (context) => compare(before, now, { rules, hidesSecrets, ...context })
    const verdict = judged === undefined ? compareWith({}) : judged(compareWith)
    return refusingBroadRules(verdict, before, now, rules)
  }
  const difference = {
    path: 'status',
    class: 'missing',
    recorded: String(recorded.status),
    replayed: undefined,
    reason: replayed.failure,
  } as const
  return { pass: false, differences: [difference], more: false }
}

/** Whether there is a secret, or a placeholder of one, in the body. */
function isMasked(response: HttpResponse, masked: HttpResponse): boolean {
  return !Buffer.from(response.body).equals(masked.body)
}
