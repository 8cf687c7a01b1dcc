import { compareArrays } from './compare-arrays.ts'
import { memberPairs } from './compare-members.ts'
import type { Comparison, Mismatch } from './comparison.ts'
import { isInteger, isSameNumber } from './decimal.ts'
import { textMismatch } from './equivalence.ts'
import { isJsonArray, isJsonObject, JsonNumber, jsonText, jsonType, type JsonValue } from './json-value.ts'
import { epochMismatch } from './kinds.ts'
import type { Path } from './path.ts'
import { ruleAt } from './path-rules.ts'

/** Two values at one place, still to be compared; `undefined` where there is none. */
export interface Pair {
  readonly recorded: JsonValue | undefined
  readonly replayed: JsonValue | undefined
  readonly path: Path
}

/** Work still to be done, last first. */
export type Pending = (Pair | { readonly afterwards: () => void })[]

/** Values in differences are shown up to this length; see {@link Comparison.report}. */
const longestShown = 16_384

/**
 * Compares two JSON values: types, presence, length and order, numbers without loss; the order of members does not
 * matter. Iterative, so that nesting is bounded by memory only.
 */
export function compareJson(recorded: JsonValue, replayed: JsonValue, path: Path, run: Comparison): void {
  const pending: Pending = [{ recorded, replayed, path }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if ('afterwards' in next) next.afterwards()
    // Nothing that is found now would be told.
    else if (run.isFull) run.more = true
    else comparePair(next, pending, run)
  }
}

function comparePair(pair: Pair, pending: Pending, run: Comparison): void {
  const { recorded, replayed, path } = pair
  if (path.rules.length > 0 && ruleAt(path, 'ignore') !== undefined) return
  if (recorded === undefined || replayed === undefined) return comparePresence(pair, run)
  if (path.rules.length > 0 && comparedByRule({ recorded, replayed, path }, run)) return
  const type = jsonType(recorded)
  const otherType = jsonType(replayed)
  if (type !== otherType) return reportPair(pair, { class: 'type', reason: `${typed(type)} became ${typed(otherType)}` }, run)
  if (isJsonArray(recorded) && isJsonArray(replayed)) return compareArrays(recorded, replayed, path, pending, run, compareJson)
  if (isJsonObject(recorded) && isJsonObject(replayed)) {
    const pairs = memberPairs(recorded, replayed, path, run, compareJson)
    for (let index = pairs.length - 1; index >= 0; index--) pending.push(pairs[index] as Pair)
    return
  }
  const mismatch = scalarMismatch(recorded, replayed, path, run)
  if (mismatch !== undefined) reportPair(pair, mismatch, run)
}

function comparePresence(pair: Pair, run: Comparison): void {
  if (pair.recorded !== undefined) return reportPair(pair, { class: 'missing', reason: 'recorded, but not there now' }, run)
  if (run.rules.additionalFields === 'allow') run.tolerated++
  else reportPair(pair, { class: 'added', reason: 'there now, but not recorded' }, run)
}

/** @returns Whether a rule for exactly this place settles it. */
function comparedByRule(pair: Pair & { readonly recorded: JsonValue; readonly replayed: JsonValue }, run: Comparison): boolean {
  const { recorded, replayed, path } = pair
  const pattern = ruleAt(path, 'pattern')?.pattern
  if (pattern === undefined && ruleAt(path, 'noise') === undefined) return false
  const type = jsonType(recorded)
  if (type !== jsonType(replayed)) return false
  if (pattern !== undefined) {
    const text = typeof replayed === 'string' ? replayed : jsonText(replayed)
    pattern.lastIndex = 0
    if (!pattern.test(text)) {
      reportPair(pair, { class: 'pattern', reason: `the value does not match ${String(pattern)}` }, run)
      return true
    }
  }
  run.tolerated++
  return true
}

function scalarMismatch(recorded: JsonValue, replayed: JsonValue, path: Path, run: Comparison): Mismatch | undefined {
  if (typeof recorded === 'string' && typeof replayed === 'string') return textMismatch(recorded, replayed, path, run)
  if (recorded instanceof JsonNumber && replayed instanceof JsonNumber) return numberMismatch(recorded.source, replayed.source, run)
  return recorded === replayed ? undefined : { class: 'value', reason: 'the values differ' }
}

function numberMismatch(recorded: string, replayed: string, run: Comparison): Mismatch | undefined {
  if (isSameNumber(recorded, replayed) || run.isSameSecret(recorded, replayed)) return undefined
  const { floatTolerance } = run.rules
  const isFloat = floatTolerance !== undefined && !(isInteger(recorded) && isInteger(replayed))
  const mismatch =
    isFloat && Math.abs(Number(recorded) - Number(replayed)) <= floatTolerance
      ? undefined
      : run.clocks === undefined
        ? ({ class: 'value', reason: 'the numbers differ' } as const)
        : epochMismatch(recorded, replayed, run)
  if (mismatch === undefined) run.tolerated++
  return mismatch
}

function reportPair({ recorded, replayed, path }: Pair, mismatch: Mismatch, run: Comparison): void {
  run.report(path, mismatch, { recorded: shown(recorded), replayed: shown(replayed) })
}

function shown(value: JsonValue | undefined): string | undefined {
  return value === undefined ? undefined : jsonText(value, longestShown)
}

function typed(type: string): string {
  return type === 'null' ? 'null' : `${/^[ao]/.test(type) ? 'an' : 'a'} ${type}`
}
