import { namedMonthSources } from './values/named-month.ts'

/**
 * Splits a text into what may be noise (times, ids, tokens, words) and what stands between. Alternatives in order: the
 * first that fits wins; none of them can be slow on hostile input.
 */
const tokens: RegExp = new RegExp(
  [
    ...namedMonthSources.map((source) => source.replace(/\?<\w+>/g, '?:')),
    // English (US)
    String.raw`\d{1,2}\/\d{1,2}\/\d{4}, \d{1,2}:\d\d:\d\d\s[AP]M`,
    // ISO 8601 and SQL
    String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z| ?[+-]\d\d(?::?\d\d)?)?(?![\w:])`,
    String.raw`\d{4}-\d\d-\d\d(?![\w-])`,
    String.raw`[\da-fA-F]{8}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{12}(?![\w-])`,
    // JWT
    String.raw`eyJ[\w-]+\.eyJ[\w-]*\.[\w-]*`,
    String.raw`[\w~-]+={0,2}(?![\w~-])`,
    // An escape of percent-encoding is a separator, not the beginning of a word
    String.raw`%[\da-fA-F]{2}`,
    String.raw`(?:[^\w~%-]|%(?![\da-fA-F]{2}))+`,
  ].join('|'),
  'gs',
)

/** The tokens of a text; joined they are the text. */
export function* textTokens(text: string): Iterable<string> {
  let at = 0
  for (const match of text.matchAll(tokens)) {
    // What no alternative takes (it would be a bug) is a token of its own, so that nothing is ever skipped.
    if (match.index > at) yield text.slice(at, match.index)
    yield match[0]
    at = match.index + match[0].length
  }
  if (at < text.length) yield text.slice(at)
}

/** Longer words are no names. */
const longestWord = 4096

const uuidInside = /([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})/i

/** The parts of a word that is put together of names and ids: `user-b7c1f9de-…`, `7d1f0a2b3c4d5e6f-FRA`, `a_b`. */
export function wordParts(word: string): string[] {
  if (word.length > longestWord) return [word]
  return word
    .split(uuidInside)
    .flatMap((part, index) => (index % 2 === 1 ? [part] : part.split(/([-_~]+)/)))
    .filter((part) => part !== '')
}
