import type { Identifier } from './identifier.ts'
import { isPlausible } from './standard-identifier.ts'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ksuidEpoch = 1_400_000_000_000

/** How sure it must be that a text was drawn: `beside` one that surely was, half as much is enough. */
export type Certainty = 'alone' | 'beside'

/** Hex of sixteen digits and more. With 24 digits it may be an ObjectId, which begins with the time. */
export function hexId(text: string, certainty: Certainty = 'alone'): Identifier | undefined {
  const { length } = text
  if (length < 16 || length > 512 || length % 2 === 1) return undefined
  let [small, large] = [0, 0]
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index)
    if (code >= 97 && code <= 102) small++
    else if (code >= 65 && code <= 70) large++
    else if (code < 48 || code > 57) return undefined
  }
  if (small > 0 && large > 0) return undefined
  // In random hex 37 % are letters, in one of 500 texts of twenty digits less than 12 %; in account numbers that begin with a
  // country hardly any.
  const letters = (small + large) / length
  const [least, most] = certainty === 'alone' ? [0.12, 0.75] : [1 / length, 0.9]
  if (letters < least || letters > most) return undefined
  const core = large > 0 ? text.toLowerCase() : text
  const hex = { format: `hex ${length}${large > 0 ? ' in capitals' : ''}`, core: length === 32 ? dashed(core) : core }
  const ms = length === 24 ? Number.parseInt(text.slice(0, 8), 16) * 1000 : 0
  return isPlausible(ms) ? { ...hex, mintedAt: ms } : hex
}

/** A UUID may be mentioned with its dashes, and without. */
function dashed(digits: string): string {
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`
}

/** A text without a form of its own that looks drawn; a KSUID among them, which tells its time. */
export function drawnToken(text: string, certainty: Certainty): Identifier | undefined {
  if (!/^[\dA-Za-z+/](?:[\w~-]*|[\dA-Za-z+/]*)={0,2}$/.test(text) && !/^[_~-][\w~-]{19,}={0,2}$/.test(text)) return undefined
  const counts = countsOf(text)
  if (!isMixed(text, counts, counts, certainty === 'alone' ? 1 : 0.5)) return undefined
  const token = { format: `token ${alphabet(counts)} ${text.length}`, core: text }
  const mintedAt = ksuidTime(text)
  return mintedAt === undefined ? { ...token, isGuess: true } : { ...token, mintedAt }
}

/** Two texts of one length, drawn from one alphabet as it seems: one of them surely, half as much is enough of the other. */
export function drawnPair(recorded: string, replayed: string): readonly [Identifier, Identifier] | undefined {
  if (recorded.length < shortestPair || recorded.length !== replayed.length) return undefined
  if (!/^(?:[\w~-]+|[\dA-Za-z+/]+)={0,2}$/.test(recorded) || !/^(?:[\w~-]+|[\dA-Za-z+/]+)={0,2}$/.test(replayed)) return undefined
  const [before, now] = [countsOf(recorded), countsOf(replayed)]
  const both: Cases = { small: before.small + now.small, large: before.large + now.large, digits: before.digits + now.digits }
  const isEach = (share: number): readonly boolean[] => [isMixed(recorded, before, both, share), isMixed(replayed, now, both, share)]
  if (!isEach(0.5).every(Boolean) || !isEach(1).some(Boolean)) return undefined
  const format = `token ${alphabet(both)} ${recorded.length}`
  return [
    { format, core: recorded, isGuess: true },
    { format, core: replayed, isGuess: true },
  ]
}

/** Shorter texts are too easily alike. */
const shortestPair = 10

/** How many letters of each case, and digits. */
type Cases = Pick<Counts, 'small' | 'large' | 'digits'>

/**
 * Whether a text looks drawn: kinds of characters change far more often than in anything that people name. In random
 * base62 they change at 62 % of the places, in random base36 at 40 %, in `acme-corporation-2026` at 15 %.
 * @param cases What the alphabet has, as far as is known.
 * @param share How much of that is enough.
 */
function isMixed(text: string, counts: Counts, cases: Cases, share: number): boolean {
  const { small, large, digits, padding, changed, longestWord, longestNumber, hasSeparator } = counts
  const plain = small + large + digits
  const special = text.length - padding - plain
  const rate = changed / Math.max(1, plain - 1)
  // In random base64 one character of 32 is no letter or digit; licence keys and slugs have one in four or five.
  const most = hasSeparator ? Math.max(3, plain / 8) : Math.max(4, plain / 6)
  const hasBothCases = cases.small > 0 && cases.large > 0
  if (hasBothCases && special > most / share) return false
  // Hex beside something else is an id with a name to it, and the name is no noise.
  if (hasSeparator && text.split(/[-_~]/).some((part) => hexId(part) !== undefined)) return false
  if (hasBothCases && cases.digits > 0) return plain >= 8 && rate >= 0.35 * share
  if (hasBothCases) return plain >= 10 && rate >= 0.3 * share && isHalfCapitals(large / plain, share)
  const least = plain >= 24 ? 0.2 : 0.25
  return special === 0 && digits >= (share < 1 ? 1 : 2) && plain >= 16 && rate >= least * share && longestWord < 20 && longestNumber < 6
}

/** How many characters of each kind a text has. */
interface Counts {
  small: number
  large: number
  digits: number
  /** Equals signs at the end. */
  padding: number
  /** How often the kind of letters and digits changes; what stands between is passed over. */
  changed: number
  /** Most letters and most digits in a row, whatever stands between. */
  longestWord: number
  longestNumber: number
  hasSeparator: boolean
}

const kinds = { none: 0, digit: 1, large: 2, small: 3 } as const

function countsOf(text: string): Counts {
  const counts: Counts = { small: 0, large: 0, digits: 0, padding: 0, changed: 0, longestWord: 0, longestNumber: 0, hasSeparator: false }
  let last: number = kinds.none
  let [word, number] = [0, 0]
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const kind = kindOf(code)
    if (kind === kinds.none) {
      counts.padding = code === 61 ? counts.padding + 1 : 0
      counts.hasSeparator ||= code === 95 || code === 126 || code === 45
      continue
    }
    counts.padding = 0
    if (last !== kinds.none && kind !== last) counts.changed++
    last = kind
    if (kind === kinds.digit) {
      counts.digits++
      word = 0
      counts.longestNumber = Math.max(counts.longestNumber, ++number)
      continue
    }
    if (kind === kinds.large) counts.large++
    else counts.small++
    number = 0
    counts.longestWord = Math.max(counts.longestWord, ++word)
  }
  return counts
}

function kindOf(code: number): number {
  if (code >= 97 && code <= 122) return kinds.small
  if (code >= 48 && code <= 57) return kinds.digit
  return code >= 65 && code <= 90 ? kinds.large : kinds.none
}

/** Of drawn letters half are capitals, of names in camel case a fifth. */
function isHalfCapitals(capitals: number, share: number): boolean {
  return Math.abs(capitals - 0.5) <= (share < 1 ? 0.35 : 0.2)
}

/** The alphabet that a token was drawn from. Base62 and the two forms of base64 cannot be told apart in a short text. */
function alphabet({ small, large }: Cases): string {
  if (large === 0) return 'base36'
  return small > 0 ? 'base64' : 'base32'
}

/** KSUIDs look like any token of 27 characters, but for the time in them. */
function ksuidTime(text: string): number | undefined {
  if (text.length !== 27 || !/^[\dA-Za-z]+$/.test(text)) return undefined
  let value = 0n
  for (const character of text) value = value * 62n + BigInt(base62.indexOf(character))
  const ms = Number(value >> 128n) * 1000 + ksuidEpoch
  return isPlausible(ms) ? ms : undefined
}
