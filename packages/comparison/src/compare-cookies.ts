import type { Comparison, Mismatch } from './comparison.ts'
import { textMismatch } from './equivalence.ts'
import type { Path } from './path.ts'

/** One `Set-Cookie` (RFC 6265, 5.2). */
interface Cookie {
  readonly name: string
  readonly value: string
  /** Values by name in lower case. */
  readonly attributes: ReadonlyMap<string, string>
}

/**
 * Compares `Set-Cookie` headers by cookie: the order of different cookies does not matter to any client. Values may be
 * noise (session ids), attributes must be equal, `Expires` is a time.
 */
export function compareCookies(
  recorded: readonly string[],
  replayed: readonly string[],
  path: Path,
  run: Comparison,
  report: (mismatch: Mismatch) => void,
): void {
  const before = byName(recorded)
  const now = byName(replayed)
  for (const name of new Set([...before.keys(), ...now.keys()])) {
    const mismatch = cookiesMismatch(before.get(name) ?? [], now.get(name) ?? [], path, run)
    if (mismatch !== undefined) report({ class: mismatch.class, reason: `cookie ${JSON.stringify(name)}: ${mismatch.reason}` })
  }
}

function cookiesMismatch(before: readonly Cookie[], now: readonly Cookie[], path: Path, run: Comparison): Mismatch | undefined {
  if (now.length === 0) return { class: 'missing', reason: 'no longer set' }
  if (before.length === 0) return { class: 'added', reason: 'set now, but not when recorded' }
  if (before.length !== now.length) return { class: 'length', reason: `set ${before.length} times, now ${now.length} times` }
  for (const [cookie, other] of counterparts(before, now)) {
    const mismatch = cookieMismatch(cookie, other, path, run)
    if (mismatch !== undefined) return mismatch
  }
  return undefined
}

/** A cookie is known by name, domain and path (RFC 6265, 5.3): of one name, those for other places may be set in any order. */
function counterparts(before: readonly Cookie[], now: readonly Cookie[]): [Cookie, Cookie][] {
  const places = new Map(now.map((cookie) => [placeOf(cookie), cookie]))
  const isByPlace = places.size === before.length && new Set(before.map(placeOf)).size === before.length
  const pairs = before.map((cookie, index) => [cookie, (isByPlace ? places.get(placeOf(cookie)) : undefined) ?? now[index]] as const)
  return pairs.filter((pair): pair is [Cookie, Cookie] => pair[1] !== undefined)
}

function placeOf({ attributes }: Cookie): string {
  return `${attributes.get('domain')?.toLowerCase() ?? ''} ${attributes.get('path') ?? ''}`
}

function cookieMismatch(before: Cookie, now: Cookie, path: Path, run: Comparison): Mismatch | undefined {
  const value = textMismatch(decodedValue(before.value), decodedValue(now.value), path, run)
  if (value !== undefined) return { class: value.class, reason: `the value differs (${value.reason})` }
  for (const name of new Set([...before.attributes.keys(), ...now.attributes.keys()])) {
    const mismatch = attributeMismatch(name, before.attributes.get(name), now.attributes.get(name), path, run)
    if (mismatch !== undefined) return { class: mismatch.class, reason: `${name}: ${mismatch.reason}` }
  }
  return undefined
}

function attributeMismatch(
  name: string,
  before: string | undefined,
  now: string | undefined,
  path: Path,
  run: Comparison,
): Mismatch | undefined {
  if (before === undefined) return { class: 'added', reason: 'there now, but not recorded' }
  if (now === undefined) return { class: 'missing', reason: 'recorded, but not there now' }
  if (name === 'expires') return textMismatch(before, now, path, run)
  const isSame = name === 'samesite' || name === 'domain' ? before.toLowerCase() === now.toLowerCase() : before === now
  return isSame ? undefined : { class: 'value', reason: `${JSON.stringify(before)} became ${JSON.stringify(now)}` }
}

function byName(headers: readonly string[]): Map<string, Cookie[]> {
  const cookies = new Map<string, Cookie[]>()
  for (const header of headers) {
    const cookie = parseCookie(header)
    const same = cookies.get(cookie.name)
    if (same === undefined) cookies.set(cookie.name, [cookie])
    else same.push(cookie)
  }
  return cookies
}

function parseCookie(header: string): Cookie {
  const [pair = '', ...rest] = header.split(';')
  const [name, value] = halves(pair)
  const attributes = new Map<string, string>()
  for (const attribute of rest) {
    const [attributeName, attributeValue] = halves(attribute)
    if (attributeName !== '') attributes.set(attributeName.toLowerCase(), attributeValue)
  }
  return { name, value, attributes }
}

function halves(text: string): [before: string, after: string] {
  const equals = text.indexOf('=')
  return equals === -1 ? [text.trim(), ''] : [text.slice(0, equals).trim(), text.slice(equals + 1).trim()]
}

/** Percent-encoding hides the parts of `s:id.signature`. */
function decodedValue(value: string): string {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
