import { compareCookies } from './compare-cookies.ts'
import type { Comparison, Mismatch } from './comparison.ts'
import { textMismatch } from './equivalence.ts'
import type { HeaderFields } from './http-outcome.ts'
import { isSameMediaType, mediaType } from './media-type.ts'
import type { Path } from './path.ts'
import { inside, ruleAt } from './path-rules.ts'

/** Headers that say how this connection moved the message, and nothing about it (RFC 9110, 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'content-length',
])
/** Headers that hold durations, which no two runs have in common. */
const durations = new Set(['server-timing', 'x-response-time', 'x-runtime', 'x-process-time', 'x-envoy-upstream-service-time', 'age'])

/**
 * Compares headers by name, regardless of case; names given more than once keep their order. Hop-by-hop and framing
 * headers are left to what they mean: the body is complete, and is compared.
 */
export function compareHeaders(recorded: HeaderFields, replayed: HeaderFields, root: Path, run: Comparison): void {
  if (ruleAt(root, 'ignore') !== undefined) return
  for (const name of new Set([...recorded.keys(), ...replayed.keys()])) {
    if (!hopByHop.has(name)) compareHeader(recorded.get(name), replayed.get(name), inside(root, name), run)
  }
}

function compareHeader(
  recorded: readonly string[] | undefined,
  replayed: readonly string[] | undefined,
  path: Path,
  run: Comparison,
): void {
  if (ruleAt(path, 'ignore') !== undefined) return
  const report = (mismatch: Mismatch): void =>
    run.report(path, mismatch, { recorded: recorded?.join('\n'), replayed: replayed?.join('\n') })
  if (recorded === undefined) return report({ class: 'added', reason: 'there now, but not recorded' })
  if (replayed === undefined) return report({ class: 'missing', reason: 'recorded, but not there now' })
  const pattern = ruleAt(path, 'pattern')?.pattern
  if (pattern !== undefined) {
    const isMatch = replayed.every((value) => pattern.exec(value) !== null)
    return isMatch ? undefined : report({ class: 'pattern', reason: `the value does not match ${String(pattern)}` })
  }
  if (ruleAt(path, 'noise') !== undefined) {
    if (replayed.every((value) => value === '') && recorded.some((value) => value !== ''))
      report({ class: 'value', reason: 'the value is empty now' })
    return
  }
  if (path.step === 'set-cookie') return compareCookies(recorded, replayed, path, run, report)
  if (recorded.length !== replayed.length)
    return report({ class: 'length', reason: `given ${recorded.length} times, now ${replayed.length} times` })
  for (const [index, value] of recorded.entries()) {
    const mismatch = headerMismatch(value, replayed[index] ?? '', path, run)
    if (mismatch !== undefined) return report(mismatch)
  }
}

function headerMismatch(recorded: string, replayed: string, path: Path, run: Comparison): Mismatch | undefined {
  const { step } = path
  if (step === 'content-type') {
    return isSameMediaType(mediaType(recorded), mediaType(replayed)) ? undefined : { class: 'value', reason: 'the media type differs' }
  }
  if (step === 'etag' && recorded !== replayed && isTag(recorded) && isTag(replayed) && isWeak(recorded) === isWeak(replayed)) {
    run.follows.push({ path, recorded, replayed })
    return undefined
  }
  if (run.clocks !== undefined && recorded !== replayed) {
    if (durations.has(String(step)) && withoutNumbers(recorded) === withoutNumbers(replayed)) return undefined
  }
  return textMismatch(recorded, replayed, path, run)
}

function isTag(value: string): boolean {
  return /^(?:W\/)?"[^"]+"$/.test(value)
}

function isWeak(value: string): boolean {
  return value.startsWith('W/')
}

function withoutNumbers(value: string): string {
  return value.replace(/\d+(?:\.\d+)?/g, '#')
}
