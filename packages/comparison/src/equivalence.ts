import type { Comparison, Mismatch } from './comparison.ts'
import { kindFinding, quoted } from './kinds.ts'
import type { Path } from './path.ts'
import { fitsPlaceholder, withOrigin } from './recorded-text.ts'
import { textTokens, wordParts } from './text-tokens.ts'
import { identifierOf } from './values/identifier.ts'

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
  const now = run.rules.origins === undefined ? replayed : withOrigin(replayed, run.rules.origins)
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

/** Compares token by token; everything that is no noise must be equal. */
function embeddedMismatch(recorded: string, replayed: string, path: Path, run: Comparison): Mismatch | undefined {
  const mark = run.references.mark()
  const before = textTokens(recorded)[Symbol.iterator]()
  const now = textTokens(replayed)[Symbol.iterator]()
  for (;;) {
    const a = before.next()
    const b = now.next()
    if (a.done === true && b.done === true) return undefined
    const left = a.done === true ? '' : a.value
    const right = b.done === true ? '' : b.value
    const mismatch = tokenMismatch(left, right, recorded, path, run)
    if (mismatch === undefined) continue
    run.references.backTo(mark)
    return mismatch
  }
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

/** An id that is the same in both runs stands for itself, and for nothing else. */
function bindEqual(text: string, run: Comparison): Mismatch | undefined {
  if (text.length < 10 || text.length > longestSearched) return undefined
  const whole = bindEqualToken(text, run)
  if (whole !== undefined || identifierOf(text) !== undefined) return whole
  if (!/[^\w~-]/.test(text)) return undefined
  for (const token of textTokens(text)) {
    const mismatch = bindEqualToken(token, run)
    if (mismatch !== undefined) return mismatch
  }
  return undefined
}

function bindEqualToken(token: string, run: Comparison): Mismatch | undefined {
  if (token.length < 10) return undefined
  const id = identifierOf(token)
  if (id === undefined) {
    const parts = wordParts(token)
    if (parts.length < 2) return undefined
    return parts.map((part) => bindEqualToken(part, run)).find((mismatch) => mismatch !== undefined)
  }
  const conflict = run.references.bind(id.core, id.core)
  return conflict === undefined ? undefined : { class: 'reference', reason: `it does not stand for the same thing: ${conflict}` }
}
