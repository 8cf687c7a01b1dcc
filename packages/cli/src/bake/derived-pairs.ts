import type { CallDifference } from '@retake/core'
import type { Difference } from '@retake/comparison'
import type { TakeResult } from '@retake/report'
import type { DerivedValue } from '@retake/session'

/** A difference between a recorded take and its replay that nothing drawn explains. */
export interface Unexplained {
  readonly path: string
  readonly recorded: string | undefined
  readonly replayed: string | undefined
}

/** What a take that failed says. */
export interface TakeFindings {
  /** Values that may follow from surrogates. */
  readonly derived: readonly DerivedValue[]
  /** Where they stand. */
  readonly paths: readonly string[]
  /** What cannot: the code is another one, or the value has no format. */
  readonly unexplained: readonly Unexplained[]
}

/**
 * Looks at why a take failed. What a call is not answered with makes everything behind it different, so as long as calls
 * are missed only they tell something.
 */
export function findingsOf({ account, verdict, decision }: TakeResult): TakeFindings {
  const missed = account?.missed ?? []
  const places: { readonly path: string; readonly recorded: string | undefined; readonly replayed: string | undefined }[] = []
  for (const { label, differences } of missed) {
    if (differences === undefined) places.push({ path: label, recorded: undefined, replayed: undefined })
    else places.push(...differences.map((difference) => ofCall(label, difference)))
  }
  if (missed.length === 0) places.push(...(verdict?.differences ?? []).map(ofOutcome))
  if (places.length === 0) places.push(...decision.reasons.map((path) => ({ path, recorded: undefined, replayed: undefined })))
  const derived: DerivedValue[] = []
  const paths: string[] = []
  const unexplained: Unexplained[] = []
  for (const place of places) {
    const pairs = derivedPairs(place.recorded, place.replayed)
    if (pairs === undefined) unexplained.push(place)
    else {
      derived.push(...pairs)
      paths.push(place.path)
    }
  }
  return { derived, paths, unexplained }
}

function ofCall(label: string, { path, recorded, asked }: CallDifference): Unexplained {
  return { path: `${label}, ${path}`, recorded, replayed: asked }
}

function ofOutcome({ path, recorded, replayed }: Difference): Unexplained {
  return { path, recorded, replayed }
}

const token = /[\w+/=-]+/g
/** Shorter tokens are words and numbers. */
const shortestToken = 8
/** From here on a token without digits is no word either. */
const longestWord = 20

/**
 * The words by which two texts differ, if they can follow from random values: opaque, as long as each other, of the same
 * letters and digits. Two names, two prices or two states never can.
 * @returns `undefined` when the texts differ in more.
 */
export function derivedPairs(recorded: string | undefined, replayed: string | undefined): readonly DerivedValue[] | undefined {
  if (recorded === undefined || replayed === undefined || recorded.length !== replayed.length) return undefined
  const before = [...recorded.matchAll(token)]
  const after = [...replayed.matchAll(token)]
  if (recorded.replaceAll(token, '\0') !== replayed.replaceAll(token, '\0') || before.length !== after.length) return undefined
  const pairs: DerivedValue[] = []
  for (const [at, { 0: old }] of before.entries()) {
    const made = (after[at] as RegExpExecArray)[0]
    if (old === made) continue
    if (!areOpaque(old, made) || !haveSameForm(old, made)) return undefined
    pairs.push([old, made])
  }
  return pairs.length === 0 ? undefined : pairs
}

function areOpaque(recorded: string, replayed: string): boolean {
  if (recorded.length < shortestToken) return false
  if (!/\d/.test(recorded + replayed) && recorded.length < longestWord) return false
  // A counter, a number in a name.
  const [from, to] = stretchOf(recorded, replayed)
  return ![recorded, replayed].every((text) => /^\d{1,15}$/.test(text.slice(from, to)))
}

/** Where two texts of one length differ first, and behind where they differ last. */
function stretchOf(one: string, other: string): [from: number, to: number] {
  let from = 0
  while (one[from] === other[from]) from++
  let to = one.length
  while (one[to - 1] === other[to - 1]) to--
  return [from, to]
}

/** Both hexadecimal or neither, in the same case. */
function haveSameForm(one: string, other: string): boolean {
  const both = one + other
  if (/^[\da-f]+$/.test(both) || /^[\dA-F]+$/.test(both)) return true
  if (isHexadecimal(one) || isHexadecimal(other)) return false
  return [/[a-z]/, /[A-Z]/].every((letters) => letters.test(one) === letters.test(other))
}

function isHexadecimal(text: string): boolean {
  return /^(?:[\da-f]+|[\dA-F]+)$/.test(text)
}
