import type { Comparison } from './comparison.ts'
import { mayHoldId } from './equivalence.ts'
import { JsonNumber, type JsonValue } from './json-value.ts'

/**
 * Whether two values at a place without rules are equal, and nothing is to be remembered of them. Most values are, and need
 * no place of their own.
 */
export function isQuiet(recorded: JsonValue | undefined, replayed: JsonValue | undefined, run: Comparison): boolean {
  if (typeof recorded === 'string') return recorded === replayed && (run.clocks === undefined || !mayHoldId(recorded))
  if (recorded instanceof JsonNumber) return replayed instanceof JsonNumber && recorded.source === replayed.source
  return (recorded === null || typeof recorded === 'boolean') && recorded === replayed
}
