import type { Comparison, Mismatch } from './comparison.ts'
import type { JsonValue } from './json-value.ts'
import { parseJson } from './parse-json.ts'
import { nameOf, type Path } from './path.ts'
import { textTokens } from './text-tokens.ts'
import { mintedMismatch, timeMismatch } from './time-rule.ts'
import { type Identifier, identifierOf } from './values/identifier.ts'
import { hasRandomSignature, type Jwt, parseJwt } from './values/jwt.ts'
import { opaqueContent } from './values/opaque-text.ts'
import { epochTimestamp, textTimestamp } from './values/timestamp.ts'

/** What is known of two values that are of a kind of noise, or that one of them is of. */
type Finding = { readonly mismatch: Mismatch | undefined }
const equivalent: Finding = { mismatch: undefined }

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
    return fitsPlaceholder(recorded, replayed, placeholder)
      ? undefined
      : { class: 'value', reason: 'what stands around the redacted part differs, or it is empty' }
  }
  const now = run.rules.origins === undefined ? replayed : withOrigin(replayed, run.rules.origins)
  if (recorded === now) return run.clocks === undefined ? undefined : bindEqual(recorded, run)
  if (run.clocks === undefined) return { class: 'value', reason: 'the texts differ' }
  const follows = run.follows.length
  const { mismatch } = kindFinding(recorded, now, path, run) ?? { mismatch: embeddedMismatch(recorded, now, path, run) }
  if (mismatch === undefined && run.follows.length === follows) run.tolerated++
  return mismatch
}

/** Whether two numbers that are not equal are the same moment on the clocks of their runs. */
export function epochMismatch(recorded: string, replayed: string, run: Comparison): Mismatch | undefined {
  const before = epochTimestamp(recorded)
  const now = epochTimestamp(replayed)
  if (before === undefined || now === undefined || before.format !== now.format) return { class: 'value', reason: 'the numbers differ' }
  return timeMismatch(before, now, run)
}

/** Compares two texts as wholes; `undefined` when neither is of a known kind. */
function kindFinding(recorded: string, replayed: string, path: Path, run: Comparison): Finding | undefined {
  return (
    timeFinding(recorded, replayed, run) ??
    jwtFinding(recorded, replayed, run) ??
    opaqueFinding(recorded, replayed, path, run) ??
    identifierFinding(recorded, replayed, path, run)
  )
}

function timeFinding(recorded: string, replayed: string, run: Comparison): Finding | undefined {
  const before = textTimestamp(recorded)
  const now = textTimestamp(replayed)
  if (before !== undefined && now !== undefined) return { mismatch: timeMismatch(before, now, run) }
  if (before !== undefined) return { mismatch: { class: 'format', reason: 'a time is no longer one' } }
  if (now !== undefined) return { mismatch: { class: 'format', reason: 'a time stands where there was none' } }
  if (epochTimestamp(recorded) === undefined || epochTimestamp(replayed) === undefined) return undefined
  return { mismatch: epochMismatch(recorded, replayed, run) }
}

function jwtFinding(recorded: string, replayed: string, run: Comparison): Finding | undefined {
  const before = parseJwt(recorded)
  const now = parseJwt(replayed)
  if (before === undefined && now === undefined) return undefined
  if (before === undefined || now === undefined) return { mismatch: { class: 'format', reason: 'only one of the two is a JWT' } }
  return { mismatch: jwtMismatch(before, now, run) }
}

function jwtMismatch(before: Jwt, now: Jwt, run: Comparison): Mismatch | undefined {
  const tolerated = run.tolerated
  const header = nestedMismatch(before.header, now.header, 'header', run)
  if (header !== undefined) return header
  const claims = nestedMismatch(withoutId(before), withoutId(now), 'claims', run)
  if (claims !== undefined) return claims
  const id = before.claims.get('jti')
  const otherId = now.claims.get('jti')
  if (typeof id !== typeof otherId || (id === '') !== (otherId === ''))
    return { class: 'format', reason: 'the claim jti is gone, empty or of another type' }
  if (before.signature.length !== now.signature.length) return { class: 'format', reason: 'the signature has another length' }
  const isSigned = before.signature !== now.signature
  const isSame = run.tolerated === tolerated && id === otherId
  if (isSigned && isSame && !hasRandomSignature(before)) return { class: 'value', reason: 'the same claims are signed with another key' }
  return undefined
}

function withoutId({ claims }: Jwt): ReadonlyMap<string, JsonValue> {
  return new Map([...claims].filter(([name]) => name !== 'jti'))
}

function opaqueFinding(recorded: string, replayed: string, path: Path, run: Comparison): Finding | undefined {
  const before = opaqueContent(recorded)
  const now = opaqueContent(replayed)
  if (before === undefined || now === undefined) return undefined
  const json = parseJson(before)
  const otherJson = parseJson(now)
  if (json !== undefined && otherJson !== undefined) return { mismatch: nestedMismatch(json, otherJson, 'decoded', run) }
  const inner = textMismatch(before, now, path, run)
  return { mismatch: inner && { class: inner.class, reason: `it decodes to ${quoted(now)}, was ${quoted(before)}` } }
}

/** Values that are made of others: they differ when, and only when, what they were made of differs. */
const followsBody = /(?:^|[_-]|[a-z](?=[A-Z]))(?:checksum|hash|sha-?\d+|md5|digest|signature|etag|fingerprint|integrity)$/i
/** Hashes that name something stored. */
const isStored = /(?:^|[_-]|[a-z](?=[A-Z]))(?:commit|revision|build)$/i

function identifierFinding(recorded: string, replayed: string, path: Path, run: Comparison): Finding | undefined {
  const before = identifierOf(recorded, nameOf(path))
  const now = identifierOf(replayed, nameOf(path))
  if (before === undefined && now === undefined) return undefined
  if (before === undefined || now === undefined || before.format !== now.format) {
    return { mismatch: { class: 'format', reason: `${formatOf(before, recorded)} became ${formatOf(now, replayed)}` } }
  }
  if (isStored.test(nameOf(path))) return { mismatch: { class: 'value', reason: 'the values differ' } }
  if (followsBody.test(nameOf(path))) {
    run.follows.push({ path, recorded, replayed })
    return equivalent
  }
  if (before.mintedAt !== undefined && now.mintedAt !== undefined) {
    const minted = mintedMismatch(before.mintedAt, now.mintedAt, run)
    if (minted !== undefined) return { mismatch: minted }
  }
  const conflict = run.references.bind(recorded, replayed)
  if (conflict !== undefined) return { mismatch: { class: 'reference', reason: `it does not stand for the same thing: ${conflict}` } }
  return equivalent
}

function formatOf(identifier: Identifier | undefined, text: string): string {
  if (identifier !== undefined) return identifier.format
  return text === '' ? 'an empty text' : `${quoted(text)}, which is no id`
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
  if (left === right) return bindEqualToken(left, run)
  const finding = left === whole ? undefined : kindFinding(left, right, path, run)
  if (finding === undefined)
    return { class: 'value', reason: left === whole ? 'the texts differ' : `${quoted(left)} became ${quoted(right)}` }
  if (finding.mismatch !== undefined) return finding.mismatch
  return undefined
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
  if (token.length < 10 || identifierOf(token) === undefined) return undefined
  const conflict = run.references.bind(token, token)
  return conflict === undefined ? undefined : { class: 'reference', reason: `it does not stand for the same thing: ${conflict}` }
}

/** Compares two JSON values that were found inside a text. */
function nestedMismatch(recorded: JsonValue, replayed: JsonValue, what: string, run: Comparison): Mismatch | undefined {
  const first = run.nested(recorded, replayed, what)
  if (first === undefined) return undefined
  const sides = first.recorded === undefined && first.replayed === undefined ? '' : ` (${brief(first.recorded)} → ${brief(first.replayed)})`
  return { class: first.class, reason: `inside, ${first.path}: ${first.reason}${sides}` }
}

function fitsPlaceholder(recorded: string, replayed: string, placeholder: string): boolean {
  const parts = recorded.split(placeholder)
  const last = parts.pop() ?? ''
  let at = 0
  for (const [index, part] of parts.entries()) {
    const found = index === 0 ? (replayed.startsWith(part) ? 0 : -1) : replayed.indexOf(part, at + 1)
    if (found === -1) return false
    at = found + part.length
  }
  return replayed.endsWith(last) && replayed.length - last.length > at
}

/** The replayed run's own origin is put back to the recorded one, where it stands as a whole. */
function withOrigin(text: string, origins: { readonly recorded: string; readonly replayed: string }): string {
  if (origins.replayed === '' || !text.includes(origins.replayed)) return text
  let changed = ''
  let from = 0
  for (let at = text.indexOf(origins.replayed); at !== -1; at = text.indexOf(origins.replayed, at + 1)) {
    const after = text[at + origins.replayed.length]
    if (at < from || (after !== undefined && /[\w.:-]/.test(after))) continue
    changed += text.slice(from, at) + origins.recorded
    from = at + origins.replayed.length
  }
  return changed + text.slice(from)
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text)
}

function brief(text: string | undefined): string {
  return text === undefined ? 'nothing' : text.length > 40 ? `${text.slice(0, 39)}…` : text
}
