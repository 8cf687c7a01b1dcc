import type { Pending } from './compare-json.ts'
import type { Comparison } from './comparison.ts'
import { jsonText, type JsonValue } from './json-value.ts'
import { maskedForm } from './masked-form.ts'
import type { Path } from './path.ts'
import { isQuiet } from './quiet-values.ts'
import { hasRulesBelow, inside, ruleAt } from './path-rules.ts'
import { isTurnedRound } from './order-of-times.ts'

/** Compares two values at a place; what differs is reported. */
export type CompareJson = (recorded: JsonValue, replayed: JsonValue, path: Path, run: Comparison) => void

type List = readonly JsonValue[]

/** Arrays above this size are not searched for what moved, and for what was lost only where it stood together. */
const longestExamined = 10_000
/** Characters looked at in one comparison to find out what was lost or moved: arrays nested deep must not cost squares. */
const mostExamined = 20_000_000
const longestShown = 16_384

/**
 * Two arrays: as multisets where a rule says so, otherwise item by item. A lost, added or moved item is reported as that,
 * at the array, and not as a difference of all items behind it.
 */
export function compareArrays(
  recorded: List,
  replayed: List,
  path: Path,
  pending: Pending,
  run: Comparison,
  compareJson: CompareJson,
): void {
  if (path.rules.length > 0 && ruleAt(path, 'unordered') !== undefined) return compareUnordered(recorded, replayed, path, run, compareJson)
  if (recorded.length !== replayed.length) return reportLength(recorded, replayed, path, run)
  if (recorded.length > 1 && recorded.length <= longestExamined) {
    const from = run.differences.length
    pending.push({ afterwards: () => noteOrder(recorded, replayed, path, from, run) })
  }
  const hasRules = path.rules.length > 0
  for (let index = recorded.length - 1; index >= 0; index--) {
    if (!hasRules && isQuiet(recorded[index], replayed[index], run)) continue
    pending.push({ recorded: recorded[index], replayed: replayed[index], path: inside(path, index) })
  }
}

/** After the items were compared: were they only moved? */
function noteOrder(recorded: List, replayed: List, path: Path, from: number, run: Comparison): void {
  if (run.differences.length === from && run.clocks !== undefined && isTurnedRound(recorded, replayed)) {
    const reason = 'the times in it rose and now fall, or the other way round'
    return run.report(path, { class: 'order', reason }, { recorded: text(recorded), replayed: text(replayed) })
  }
  if (run.differences.length - from < 2 || run.examined > mostExamined) return
  const before = recorded.map((item) => maskedForm(item, run))
  const now = replayed.map((item) => maskedForm(item, run))
  run.examined += size(before) + size(now)
  const moved = before.filter((form, index) => form !== now[index]).length
  if (moved === 0 || !isSameMultiset(before, now)) return
  const reason = `the same ${recorded.length} items in another order (${moved} moved)`
  run.replaceSince(from, path, { class: 'order', reason }, { recorded: text(recorded), replayed: text(replayed) })
}

function reportLength(recorded: List, replayed: List, path: Path, run: Comparison): void {
  const reason = `${count(recorded.length)} recorded, ${replayed.length} now${lostOrFound(recorded, replayed, run)}`
  run.report(path, { class: 'length', reason }, { recorded: text(recorded), replayed: text(replayed) })
}

/** `; [3] is gone`, when exactly that explains it. */
function lostOrFound(recorded: List, replayed: List, run: Comparison): string {
  const isShorter = replayed.length < recorded.length
  const [short, long] = isShorter ? [replayed, recorded] : [recorded, replayed]
  if (run.examined > mostExamined) return ''
  if (long.length > longestExamined) return lostTogether(short, long, isShorter ? 'gone' : 'new', run)
  const forms = short.map((item) => maskedForm(item, run))
  run.examined += size(forms)
  const extra: number[] = []
  let at = 0
  for (const [index, item] of long.entries()) {
    if (at < forms.length && maskedForm(item, run) === forms[at]) at++
    else extra.push(index)
  }
  if (at < forms.length) return ''
  const shown = extra.slice(0, 5).map((index) => `[${index}]`)
  return `; ${shown.join(', ')}${extra.length > 5 ? ', …' : ''} ${extra.length === 1 ? 'is' : 'are'} ${isShorter ? 'gone' : 'new'}`
}

/** How many places are looked at to see whether a stretch alone explains that a long list is shorter. */
const samples = 32

/**
 * The stretch that a long list has more than a short one: sought by halves, since where it begins all that follows is
 * shifted, and believed only when what stands before it and behind it is the same wherever one looks.
 */
function lostTogether(short: List, long: List, what: 'gone' | 'new', run: Comparison): string {
  const missing = long.length - short.length
  const isSame = (at: number, other: number): boolean => {
    const [left, right] = [maskedForm(short[at] ?? null, run), maskedForm(long[other] ?? null, run)]
    run.examined += left.length + right.length
    return left === right
  }
  let [from, to] = [0, short.length]
  while (from < to && run.examined <= mostExamined) {
    const middle = (from + to) >> 1
    if (isSame(middle, middle)) from = middle + 1
    else to = middle
  }
  for (let sample = 0; sample <= samples; sample++) {
    const before = Math.floor((sample * (from - 1)) / samples)
    const behind = from + Math.floor((sample * (short.length - 1 - from)) / samples)
    if (run.examined > mostExamined || (from > 0 && !isSame(before, before))) return ''
    if (from < short.length && !isSame(behind, behind + missing)) return ''
  }
  return missing === 1 ? `; [${from}] is ${what}` : `; [${from}] to [${from + missing - 1}] are ${what}`
}

/** Pairs items by their deterministic parts, then lets noise and references decide. */
function compareUnordered(recorded: List, replayed: List, path: Path, run: Comparison, compareJson: CompareJson): void {
  const sides = { recorded: text(recorded), replayed: text(replayed) }
  if (recorded.length !== replayed.length) return reportLength(recorded, replayed, path, run)
  const left = new Map<string, JsonValue[]>()
  // Rules below the array make items equal that have different forms; then every item is a candidate for every other.
  const formOf = hasRulesBelow(path) ? () => '' : (item: JsonValue) => maskedForm(item, run)
  for (const item of replayed) {
    const form = formOf(item)
    const same = left.get(form)
    if (same === undefined) left.set(form, [item])
    else same.push(item)
  }
  for (const [index, item] of recorded.entries()) {
    const same = left.get(formOf(item)) ?? []
    const found = same.findIndex((candidate) => run.trial(() => compareJson(item, candidate, inside(path, index), run)) === undefined)
    if (found === -1) {
      const reason = `no item now is equivalent to [${index}] as recorded: ${jsonText(item, 80)}`
      return run.report(path, { class: 'value', reason }, sides)
    }
    same.splice(found, 1)
  }
}

function isSameMultiset(a: readonly string[], b: readonly string[]): boolean {
  const left = [...a].sort()
  const right = [...b].sort()
  return left.every((form, index) => form === right[index])
}

function size(forms: readonly string[]): number {
  return forms.reduce((sum, form) => sum + form.length, 0)
}

function text(list: List): string {
  return jsonText(list, longestShown)
}

function count(items: number): string {
  return `${items} item${items === 1 ? '' : 's'}`
}
