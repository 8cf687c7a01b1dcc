import { identifierOf } from './values/identifier.ts'
import { namedMonthSources } from './values/named-month.ts'
import { textTimestamp } from './values/timestamp.ts'

const shortestBase64 = 16
const base64WithMarks = String.raw`(?=[\dA-Za-z]{0,128}(?:[+\/]|%2[BbFf]))(?:[\dA-Za-z+\/]|%2[BbFf]){16,512}(?:={1,2}|(?:%3[Dd]){1,2})?(?![\w+\/=-])`

/**
 * Splits a text into what may be noise (times, ids, tokens, words) and what stands between. Alternatives in order: the
 * first that fits wins; none of them can be slow on hostile input.
 */
const tokens: RegExp = new RegExp(
  [
    ...namedMonthSources.map((source) => source.replace(/\?<[a-zA-Z]+>/g, '?:')),
    // English and German, in numbers
    String.raw`(?<![\w.\/])\d{1,2}(?:\/\d{1,2}\/|\.\d{1,2}\.)\d{4}(?:,? \d{1,2}:\d\d(?::\d\d)?(?:[\s\u202f][AP]M)?)?(?![\w\/:])`,
    // ISO 8601 and SQL, also as a query has it
    String.raw`\d{4}-\d\d-\d\d(?:[T ]|%20)\d\d(?::|%3[Aa])\d\d(?:(?::|%3[Aa])\d\d(?:[.,]\d{1,9})?)?(?:Z| ?(?:[+-]|%2[Bb])\d\d(?:(?::|%3[Aa])?\d\d)?)?(?![\w:])`,
    String.raw`\d{4}-\d\d-\d\d(?![\w-])`,
    // A time of day
    String.raw`(?<![\w:])\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:[\s\u202f]?[AaPp][Mm])?Z?(?![\w:])`,
    String.raw`[\da-fA-F]{8}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{12}(?![\w-])`,
    // JWT, signed and encrypted
    String.raw`eyJ[\w-]+\.(?:eyJ[\w-]*\.[\w-]*|[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+)`,
    // Hashes of passwords
    String.raw`(?<![\w$])\$(?:2[abxy]\$\d\d\$[.\/\dA-Za-z]{53}|(?:argon2(?:id|i|d)|scrypt|pbkdf2-[\w-]{1,16})\$[\w$=,.+\/-]{20,512})(?![\w$+\/])`,
    // Base64 with the characters that words do not have; taken apart again when it is none
    String.raw`(?<![\w+\/])(?:[a-z][a-z\d]{1,11}[-_])?${base64WithMarks}`,
    String.raw`[\w~-]+(?:(?:%3[Dd]){1,2}|={0,2})(?![\w~-])`,
    // An escape of percent-encoding is a separator, not the beginning of a word
    String.raw`%[\da-fA-F]{2}`,
    String.raw`[^\w~%$-]{1,4096}`,
  ].join('|'),
  'gs',
)

/** What {@link tokens} takes for base64 with marks, word by word. */
const words = /[\w~-]+(?:(?:%3[Dd]){1,2}|={0,2})(?![\w~-])|%[\da-fA-F]{2}|%|[^\w~%-]+/gs

/** The tokens of a text from an index on, at which a token begins; joined they are the text. */
export function* textTokens(text: string, from = 0): Iterable<string> {
  let at = from
  tokens.lastIndex = from
  for (const match of text.matchAll(tokens)) {
    const token = match[0]
    // What no alternative takes (a percent or dollar sign that begins nothing) is a token of its own: nothing is ever skipped.
    if (match.index > at) yield text.slice(at, match.index)
    if (token.length < shortestBase64 || !/^\w[\w-]*[+/%]/.test(token) || isDrawn(token)) yield token
    else for (const [word] of token.matchAll(words)) yield word
    at = match.index + token.length
  }
  if (at < text.length) yield text.slice(at)
}

function isDrawn(token: string): boolean {
  let plain = token
  try {
    plain = decodeURIComponent(token)
  } catch {
    // It has no escapes, then.
  }
  // What is padded to whole groups of four is base64, and hardly anything else.
  const isPadded = plain.endsWith('=') && plain.slice(plain.lastIndexOf('-') + 1).length % 4 === 0
  return identifierOf(plain, '', isPadded ? 'beside' : 'alone') !== undefined || textTimestamp(plain) !== undefined
}

/** Longer words are no names. */
const longestWord = 4096

const uuidInside = /([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})/i
/** `2026-03-01`, `2026-03-01T10-15-30-123Z`, `20260301_101530` */
const dateInside = /(?<!\d)(\d{4}-\d\d-\d\d(?:[T_-]\d\d-\d\d-\d\d(?:-\d{3})?Z?)?|\d{8}[T_-]\d{6}Z?)(?!\d)/
const separators = /([-_~]+)/

/** The parts of a word that is put together of names, ids and times: `user-b7c1f9de-…`, `7d1f0a2b3c4d5e6f-FRA`, `a_2026-03-01`. */
export function wordParts(word: string): string[] {
  if (word.length > longestWord) return [word]
  return apart(word, uuidInside, (rest) => apart(rest, dateInside, (name) => name.split(separators))).filter((part) => part !== '')
}

/** Splits by what the pattern captures; what is left between is split further. */
function apart(text: string, pattern: RegExp, further: (rest: string) => string[]): string[] {
  return text.split(pattern).flatMap((part, index) => (index % 2 === 1 ? [part] : further(part)))
}
