import type { Identifier } from './identifier.ts'
import { changes, isPlausible } from './standard-identifier.ts'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ksuidEpoch = 1_400_000_000_000

/** Hex of sixteen digits and more. With 24 digits it may be an ObjectId, which begins with the time. */
export function hexId(text: string): Identifier | undefined {
  if (text.length < 16 || text.length > 512 || text.length % 2 === 1 || !/^(?:[\da-f]+|[\dA-F]+)$/.test(text)) return undefined
  // In random hex 37 % are letters; in account numbers that begin with a country hardly any.
  const letters = text.replace(/\d+/g, '').length / text.length
  if (letters < 0.12 || letters > 0.75) return undefined
  const hex = { format: `hex ${text.length}${/[A-F]/.test(text) ? ' in capitals' : ''}`, core: text.toLowerCase() }
  const ms = text.length === 24 ? Number.parseInt(text.slice(0, 8), 16) * 1000 : 0
  return isPlausible(ms) ? { ...hex, mintedAt: ms } : hex
}

/** How sure it must be that a text was drawn: `beside` one that surely was, half as much is enough. */
export type Certainty = 'alone' | 'beside'

/** A text without a form of its own that looks drawn; a KSUID among them, which tells its time. */
export function drawnToken(text: string, certainty: Certainty): Identifier | undefined {
  if (!/^[\dA-Za-z+/](?:[\w~-]*|[\dA-Za-z+/]*)={0,2}$/.test(text) && !/^[_~-][\w~-]{19,}={0,2}$/.test(text)) return undefined
  // Hex beside something else is an id with a name to it, and the name is no noise.
  if (
    !isMixed(text, certainty === 'alone' ? 1 : 0.5) ||
    text.split(/[-_~]/).some((part) => part.length < text.length && hexId(part) !== undefined)
  )
    return undefined
  const token = { format: `token ${alphabet(text)} ${text.length}`, core: text }
  const mintedAt = ksuidTime(text)
  return mintedAt === undefined ? { ...token, isGuess: true } : { ...token, mintedAt }
}

/**
 * Whether a text looks drawn: kinds of characters change far more often than in anything that people name. In random
 * base62 they change at 62 % of the places, in random base36 at 40 %, in `acme-corporation-2026` at 15 %.
 * @param share How much of that is enough.
 */
function isMixed(text: string, share: number): boolean {
  const plain = text.replace(/[^\dA-Za-z]/g, '')
  const special = text.replace(/=+$/, '').length - plain.length
  const rate = changes(plain) / Math.max(1, plain.length - 1)
  const hasLower = /[a-z]/.test(plain)
  const hasUpper = /[A-Z]/.test(plain)
  // In random base64 one character of 32 is no letter or digit; licence keys and slugs have one in four or five.
  const most = /[_~-]/.test(text) ? Math.max(3, plain.length / 8) : Math.max(4, plain.length / 6)
  if (hasLower && hasUpper && special > most / share) return false
  if (hasLower && hasUpper && /\d/.test(plain)) return plain.length >= 8 && rate >= 0.35 * share
  if (hasLower && hasUpper) return plain.length >= 10 && rate >= 0.3 * share && isHalfCapitals(plain)
  const least = plain.length >= 24 ? 0.2 : 0.25
  return (
    special === 0 &&
    (share < 1 ? /\d/ : /\d.*\d/).test(plain) &&
    plain.length >= 16 &&
    rate >= least * share &&
    !/[A-Za-z]{20}|\d{6}/.test(plain)
  )
}

/** Of drawn letters half are capitals, of names in camel case a fifth. */
function isHalfCapitals(letters: string): boolean {
  const share = letters.replace(/[^A-Z]+/g, '').length / letters.length
  return share >= 0.3 && share <= 0.7
}

/** The alphabet that a token was drawn from. Base62 and the two forms of base64 cannot be told apart in a short text. */
function alphabet(text: string): string {
  if (!/[A-Z]/.test(text)) return 'base36'
  return /[a-z]/.test(text) ? 'base64' : 'base32'
}

/** KSUIDs look like any token of 27 characters, but for the time in them. */
function ksuidTime(text: string): number | undefined {
  if (!/^[\dA-Za-z]{27}$/.test(text)) return undefined
  let value = 0n
  for (const character of text) value = value * 62n + BigInt(base62.indexOf(character))
  const ms = Number(value >> 128n) * 1000 + ksuidEpoch
  return isPlausible(ms) ? ms : undefined
}
