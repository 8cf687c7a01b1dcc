import type { Comparison, Mismatch } from './comparison.ts'
import type { JsonValue } from './json-value.ts'
import { parseJson } from './parse-json.ts'
import { nameOf, type Path } from './path.ts'
import { mintedMismatch, timeMismatch } from './time-rule.ts'
import { type Identifier, identifierOf } from './values/identifier.ts'
import { areBothDrawn, identifierPair } from './values/identifier-pair.ts'
import { hasRandomSignature, type Jwt, parseJwt } from './values/jwt.ts'
import { opaqueContent } from './values/opaque-text.ts'
import { snowflakeTimes } from './values/snowflake.ts'
import { standardIdentifier } from './values/standard-identifier.ts'
import { epochTimestamp, textTimestamp } from './values/timestamp.ts'

/** What is known of two values that are of a kind of noise, or that one of them is of. */
export type Finding = { readonly mismatch: Mismatch | undefined }
const equivalent: Finding = { mismatch: undefined }

/** Compares two texts as wholes; `undefined` when neither is of a known kind. */
export function kindFinding(recorded: string, replayed: string, path: Path, run: Comparison): Finding | undefined {
  if (recorded.includes('%') || replayed.includes('%')) return escapedFinding(recorded, replayed, path, run)
  const follows = run.follows.length
  const finding =
    timeFinding(recorded, replayed, run) ??
    jwtFinding(recorded, replayed, run) ??
    opaqueFinding(recorded, replayed, run) ??
    identifierFinding(recorded, replayed, path, run)
  if (finding !== undefined && finding.mismatch === undefined && run.follows.length === follows) run.tolerated++
  return finding
}

/** Times and tokens in a query have their special characters escaped; how they are escaped is no noise. */
function escapedFinding(recorded: string, replayed: string, path: Path, run: Comparison): Finding | undefined {
  const before = unescaped(recorded)
  const now = unescaped(replayed)
  if (before === undefined || now === undefined) return undefined
  const finding = kindFinding(before, now, path, run)
  if (finding === undefined || finding.mismatch !== undefined) return finding
  const isAlike = recorded.includes('%') === replayed.includes('%') || isBase64(before)
  return isAlike ? finding : { mismatch: { class: 'format', reason: 'it is escaped in another way' } }
}

/** Only some texts in base64 have characters that need an escape. */
function isBase64(text: string): boolean {
  return /^[A-Za-z\d+/]+={0,2}$/.test(text)
}

function unescaped(text: string): string | undefined {
  try {
    const plain = decodeURIComponent(text)
    return plain.includes('%') ? undefined : plain
  } catch {
    return undefined
  }
}

function timeFinding(recorded: string, replayed: string, run: Comparison): Finding | undefined {
  const before = textTimestamp(recorded)
  const now = textTimestamp(replayed)
  if (before !== undefined && now !== undefined) return { mismatch: timeMismatch(before, now, run) }
  if (before !== undefined) return { mismatch: { class: 'format', reason: 'a time is no longer one' } }
  if (now !== undefined) return { mismatch: { class: 'format', reason: 'a time stands where there was none' } }
  if (!isSnowflake(recorded, replayed, run) && (epochTimestamp(recorded) === undefined || epochTimestamp(replayed) === undefined))
    return undefined
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
  if ((before.claims === undefined) !== (now.claims === undefined)) return { class: 'format', reason: 'only one of the two is encrypted' }
  if (before.claims !== undefined && now.claims !== undefined) {
    const claims =
      nestedMismatch(withoutId(before.claims), withoutId(now.claims), 'claims', run) ?? idMismatch(before.claims, now.claims, run)
    if (claims !== undefined) return claims
  }
  if (before.sealed.length !== now.sealed.length)
    return { class: 'format', reason: `the ${before.claims === undefined ? 'encrypted part' : 'signature'} has another length` }
  const isSame = run.tolerated === tolerated && before.claims?.get('jti') === now.claims?.get('jti')
  if (before.sealed !== now.sealed && isSame && !hasRandomSignature(before))
    return { class: 'value', reason: 'the same claims are signed with another key' }
  return undefined
}

type Claims = ReadonlyMap<string, JsonValue>

function withoutId(claims: Claims): Claims {
  return new Map([...claims].filter(([name]) => name !== 'jti'))
}

/** The id of a token may be any text; one that was minted must still be. */
function idMismatch(before: Claims, now: Claims, run: Comparison): Mismatch | undefined {
  const id = before.get('jti')
  const other = now.get('jti')
  if (typeof id === 'string' && typeof other === 'string') {
    const isEmpty = (id === '') !== (other === '') || /^(?:undefined|null|NaN)$/.test(other)
    if (!isEmpty && identifierOf(id) === undefined) return undefined
    if (!isEmpty) return nestedMismatch(id, other, 'jti', run)
  } else if (typeof id === typeof other) return undefined
  return { class: 'format', reason: 'the claim jti is gone, empty or of another type' }
}

function opaqueFinding(recorded: string, replayed: string, run: Comparison): Finding | undefined {
  const before = opaqueContent(recorded)
  if (before === undefined) return undefined
  if (standardIdentifier(recorded) !== undefined && standardIdentifier(replayed) !== undefined) return undefined
  const now = opaqueContent(replayed)
  const json = parseJson(before)
  const isStructured = json !== undefined && /^[[{]/.test(before)
  if (now === undefined)
    return isStructured ? { mismatch: { class: 'format', reason: 'it no longer has JSON in base64 inside' } } : undefined
  const otherJson = parseJson(now)
  if (json !== undefined && otherJson !== undefined) return { mismatch: nestedMismatch(json, otherJson, 'decoded', run) }
  return { mismatch: nestedMismatch(before, now, 'decoded', run) }
}

/** Values that are made of others: they differ when, and only when, what they were made of differs. */
const followsBody = /(?:^|[_-]|[a-z](?=[A-Z]))(?:checksum|hash|sha-?\d+|md5|digest|signature|etag|fingerprint|integrity)(?:-\d+)?$/i
/** Hashes that name something stored. */
const isStored = /(?:^|[_-]|[a-z](?=[A-Z]))(?:commit|revision|build)$/i

function identifierFinding(recorded: string, replayed: string, path: Path, run: Comparison): Finding | undefined {
  const [before, now] = identifierPair(recorded, replayed, nameOf(path))
  if (before === undefined && now === undefined) return undefined
  if (before === undefined || now === undefined || before.format !== now.format) {
    return { mismatch: { class: 'format', reason: `${formatOf(before, recorded)} became ${formatOf(now, replayed)}` } }
  }
  if (isStored.test(nameOf(path))) return { mismatch: { class: 'value', reason: 'the values differ' } }
  if (!areBothDrawn(before, now)) return undefined
  if (followsBody.test(nameOf(path)) && !/^(?:bcrypt|password)/.test(before.format)) {
    run.follows.push({ path, recorded, replayed })
    return equivalent
  }
  if (before.mintedAt !== undefined && now.mintedAt !== undefined) {
    const minted = mintedMismatch(before.mintedAt, now.mintedAt, run)
    if (minted !== undefined) return { mismatch: minted }
  }
  const conflict = run.references.bind(before.core, now.core)
  if (conflict !== undefined) return { mismatch: { class: 'reference', reason: `it does not stand for the same thing: ${conflict}` } }
  return equivalent
}

function formatOf(identifier: Identifier | undefined, text: string): string {
  if (identifier !== undefined) return identifier.format
  return text === '' ? 'an empty text' : `${quoted(text)}, which is no id`
}

/** Whether two numbers that are not equal are the same moment on the clocks of their runs. */
export function epochMismatch(recorded: string, replayed: string, run: Comparison): Mismatch | undefined {
  if (isSnowflake(recorded, replayed, run)) {
    const conflict = run.references.bind(recorded, replayed)
    return conflict === undefined ? undefined : { class: 'reference', reason: `it does not stand for the same thing: ${conflict}` }
  }
  const before = epochTimestamp(recorded)
  const now = epochTimestamp(replayed)
  if (before === undefined || now === undefined || before.format !== now.format) return { class: 'value', reason: 'the numbers differ' }
  return timeMismatch(before, now, run)
}

/** Whether both were made in their runs, and at the same distance. */
function isSnowflake(recorded: string, replayed: string, { clocks }: Comparison): boolean {
  if (clocks === undefined || recorded.length !== replayed.length || recorded.length < 17 || recorded.length > 19) return false
  const now = snowflakeTimes(replayed)
  return snowflakeTimes(recorded).some((made, index) => {
    const before = made - clocks.recordedAt
    return Math.abs(before) < 86_400_000 && Math.abs((now[index] ?? 0) - clocks.replayedAt - before) <= 60_000
  })
}

/** Compares two JSON values that were found inside a text. */
function nestedMismatch(recorded: JsonValue, replayed: JsonValue, what: string, run: Comparison): Mismatch | undefined {
  const first = run.nested(recorded, replayed, what)
  if (first === undefined) return undefined
  const sides = first.recorded === undefined && first.replayed === undefined ? '' : ` (${brief(first.recorded)} → ${brief(first.replayed)})`
  return { class: first.class, reason: `inside, ${first.path}: ${first.reason}${sides}` }
}

export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text)
}

function brief(text: string | undefined): string {
  return text === undefined ? 'nothing' : text.length > 40 ? `${text.slice(0, 39)}…` : text
}
