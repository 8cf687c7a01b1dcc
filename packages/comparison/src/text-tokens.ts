/**
 * Splits a text into what may be noise (times, ids, tokens, words) and what stands between. Alternatives in order: the
 * first that fits wins; none of them can be slow on hostile input.
 */
const tokens: RegExp = new RegExp(
  [
    // RFC 1123, also with the hyphens of old cookies
    String.raw`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d[ -][A-Z][a-z]{2}[ -]\d{4} \d\d:\d\d:\d\d GMT`,
    // ISO 8601 and SQL
    String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z| ?[+-]\d\d(?::?\d\d)?)?(?![\w:])`,
    String.raw`\d{4}-\d\d-\d\d(?![\w-])`,
    String.raw`[\da-fA-F]{8}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{12}(?![\w-])`,
    // JWT
    String.raw`eyJ[\w-]+\.eyJ[\w-]*\.[\w-]*`,
    String.raw`[\w~-]+={0,2}(?![\w~-])`,
    String.raw`[^\w~-]+`,
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
