import type { Comparison, Mismatch } from './comparison.ts'
import { kindFinding, quoted } from './kinds.ts'
import type { Path } from './path.ts'
import { fitsPlaceholder, withNodePositions, withOrigin } from './recorded-text.ts'
import { textTokens, wordParts } from './text-tokens.ts'
import { type Identifier, identifierOf, longestToken } from './values/identifier.ts'
import { textTimestamp } from './values/timestamp.ts'

/** Longer equal texts are not searched for ids. */
const longestSearched = 100_000

/**
 * Whether two texts are equivalent: equal, or of the same kind of noise where clocks are given, as a whole or embedded in
 * otherwise equal text.
 * @param path Where they stand: values that are called hashes follow what they were made of.
 */
export function textMismatch(recorded: string, replayed: string, path: Path, run: Comparison): Mismatch | undefined {
  const placeholder = run.rules.redactedPlaceholder
  if (placeholder !== undefined && placeholder !== '' && recorded.includes(placeholder)) {
    if (fitsPlaceholder(recorded, replayed, placeholder)) return undefined
    return aroundMismatch(recorded.split(placeholder), replayed, path, run)
  }
  const here = run.rules.origins === undefined ? replayed : withOrigin(replayed, run.rules.origins)
  const now = recorded === here ? here : withNodePositions(here, recorded)
  if (recorded === now) return run.clocks === undefined ? undefined : bindEqual(recorded, run)
  if (run.isSameSecret(recorded, now)) return bindSecret(recorded, now, run)
  if (run.clocks === undefined && run.canonicalText === undefined) return { class: 'value', reason: 'the texts differ' }
  const follows = run.follows.length
  const finding = run.clocks === undefined ? undefined : kindFinding(recorded, now, path, run)
  const { mismatch } = finding ?? { mismatch: embeddedMismatch(recorded, now, path, run) }
  if (mismatch === undefined && run.follows.length === follows) run.tolerated++
  return mismatch
}

/** What stands before and behind one redacted part may hold noise. */
function aroundMismatch(
  [before = '', after = '', ...more]: readonly string[],
  replayed: string,
  path: Path,
  run: Comparison,
): Mismatch | undefined {
  const different: Mismatch = { class: 'value', reason: 'what stands around the redacted part differs, or it is empty' }
  if (more.length > 0 || run.clocks === undefined) return different
  const [head, tail, now] = [before, after, replayed].map((text) => [...textTokens(text)]) as [string[], string[], string[]]
  if (now.length <= head.length + tail.length) return different
  const start = now.slice(0, head.length).join('')
  const end = tail.length === 0 ? '' : now.slice(-tail.length).join('')
  return embeddedMismatch(before, start, path, run) ?? embeddedMismatch(after, end, path, run)
}

/** Token by token: everything that is no noise must be equal. Long stretches in which nothing differs are passed over. */
function embeddedMismatch(recorded: string, replayed: string, path: Path, run: Comparison): Mismatch | undefined {
  const mark = run.references.mark()
  let [at, other] = [0, 0]
  while (at < recorded.length || other < replayed.length) {
    const same = equalStretch(recorded, at, replayed, other)
    const step = bindEqual(recorded.slice(at, at + same), run) ?? tokensMismatch(recorded, at + same, replayed, other + same, path, run)
    if ('class' in step) {
      run.references.backTo(mark)
      return step
    }
    at = step.at
    other = step.other
  }
  return undefined
}

/** Where both texts stand after tokens that differ and are equivalent. */
interface Step {
  readonly at: number
  readonly other: number
}

/** Compares tokens up to the first that differs, and that one. */
function tokensMismatch(recorded: string, at: number, replayed: string, other: number, path: Path, run: Comparison): Mismatch | Step {
  const before = textTokens(recorded, at)[Symbol.iterator]()
  const now = textTokens(replayed, other)[Symbol.iterator]()
  let step: Step = { at, other }
  // A long token has a name of its own in a query: `Signature=…`.
  let [word, parameter] = ['', '']
  for (;;) {
    const a = before.next()
    const b = now.next()
    if (a.done === true && b.done === true) return step
    const left = a.done === true ? '' : a.value
    const right = b.done === true ? '' : b.value
    const place = left.length > longestToken && parameter !== '' ? { ...path, parent: path, step: parameter } : path
    const mismatch = tokenMismatch(left, right, recorded, place, run)
    if (mismatch !== undefined) return mismatch
    parameter = left === '=' ? word : ''
    word = left
    step = { at: step.at + left.length, other: step.other + right.length }
    if (left !== right && recorded.length > longestFormat) return step
  }
}

/** No format of a time spans more characters. */
const longestFormat = 80

/**
 * How many characters are equal from here on, up to one that stands in no token and is too far from the first difference
 * for a time to span both.
 */
function equalStretch(recorded: string, at: number, replayed: string, other: number): number {
  const length = Math.min(recorded.length - at, replayed.length - other)
  let same = 0
  while (same < length && recorded.charCodeAt(at + same) === replayed.charCodeAt(other + same)) same++
  let end = same - longestFormat
  while (end > 0 && /[\w~+/%=.$:-]/.test(recorded[at + end] ?? '')) end--
  return Math.max(end, 0)
}

function tokenMismatch(left: string, right: string, whole: string, path: Path, run: Comparison): Mismatch | undefined {
  if (left === right) return run.clocks === undefined ? undefined : bindEqualToken(left, run)
  if (run.isSameSecret(left, right)) return bindSecret(left, right, run)
  const finding = left === whole || run.clocks === undefined ? undefined : kindFinding(left, right, path, run)
  return finding === undefined ? partsMismatch(left, right, whole, path, run) : finding.mismatch
}

/** A word that is no id may be put together of names, which must be equal, and ids. */
function partsMismatch(left: string, right: string, whole: string, path: Path, run: Comparison): Mismatch | undefined {
  const before = wordParts(left)
  const now = wordParts(right)
  const different: Mismatch = {
    class: 'value',
    reason: left === whole ? 'the texts differ' : `${quoted(left)} became ${quoted(right)}`,
  }
  if (before.length === 1 || before.length !== now.length || run.clocks === undefined) return different
  for (const [index, part] of before.entries()) {
    const other = now[index] ?? ''
    if (part === other) {
      const mismatch = bindEqualToken(part, run)
      if (mismatch !== undefined) return mismatch
      continue
    }
    const finding = kindFinding(part, other, path, run)
    if (finding === undefined) return different
    if (finding.mismatch !== undefined) return finding.mismatch
  }
  return undefined
}

/** A redacted value stands for one other, as an id does. */
function bindSecret(recorded: string, replayed: string, run: Comparison): Mismatch | undefined {
  const conflict = run.references.bind(recorded, replayed)
  return conflict === undefined ? undefined : { class: 'reference', reason: `it does not stand for the same secret: ${conflict}` }
}

/** Shorter texts are no ids. */
const shortestId = 10
/** So many of the letters are capitals, at least, in what was drawn without any digit. */
const fewestCapitals = 3

/** Whether an equal text may hold ids, which then stand for themselves: ten characters in a row that are no word. */
export function mayHoldId(text: string): boolean {
  if (text.length < shortestId || text.length > longestSearched) return false
  let [run, digits, capitals] = [0, 0, 0]
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code >= 97 && code <= 122) run++
    else if (code >= 48 && code <= 57) {
      run++
      digits++
    } else if (code >= 65 && code <= 90) {
      run++
      capitals++
    } else if (code === 45 || code === 95 || code === 37 || code === 43 || code === 47 || code === 126) run++
    else run = digits = capitals = 0
    if (run >= shortestId && (digits > 0 || capitals >= fewestCapitals)) return true
  }
  return false
}

/** An id that is the same in both runs stands for itself, and for nothing else. */
function bindEqual(text: string, run: Comparison): Mismatch | undefined {
  if (!mayHoldId(text) || textTimestamp(text) !== undefined) return undefined
  if (!/[^\w~-]/.test(text)) return bindEqualToken(text, run)
  const id = identifierOf(text)
  if (id !== undefined) return bindId(id, run)
  for (const token of textTokens(text)) {
    const mismatch = bindEqualToken(token, run)
    if (mismatch !== undefined) return mismatch
  }
  return undefined
}

function bindId({ core }: Identifier, run: Comparison): Mismatch | undefined {
  const conflict = run.references.bind(core, core)
  return conflict === undefined ? undefined : { class: 'reference', reason: `it does not stand for the same thing: ${conflict}` }
}

function bindEqualToken(token: string, run: Comparison): Mismatch | undefined {
  if (token.length < 10) return undefined
  const id = identifierOf(token)
  if (id !== undefined) return bindId(id, run)
  const parts = wordParts(token)
  if (parts.length < 2) return undefined
  return parts.map((part) => bindEqualToken(part, run)).find((mismatch) => mismatch !== undefined)
}
