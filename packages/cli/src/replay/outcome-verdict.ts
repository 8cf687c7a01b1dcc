import { compare, type Verdict } from '@retake/comparison'
import type { HttpResponse } from '@retake/core'
import type { Exchange } from './http-exchange.ts'

/**
 * Compares the outcome of a replayed request with the recorded one.
 * @returns `undefined` when the recorded client was gone before an answer came: nothing is known of the outcome.
 */
export function outcomeVerdict(recorded: HttpResponse | undefined, replayed: Exchange): Verdict | undefined {
  if (recorded === undefined) return undefined
  if (replayed.response !== undefined) return compare(recorded, replayed.response)
  const difference = {
    path: 'status',
    class: 'missing',
    recorded: String(recorded.status),
    replayed: undefined,
    reason: replayed.failure,
  } as const
  return { pass: false, differences: [difference], more: false }
}
