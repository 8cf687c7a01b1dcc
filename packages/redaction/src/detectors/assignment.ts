import { rewriteJsonString } from '../formats/json-string.ts'
import { rewritePercentEncoded } from '../formats/percent-encoding.ts'
import { looksRandom } from '../looks-random.ts'
import type { DetectionContext, Detector, Span } from '../span.ts'
import { isTrivial } from '../telling-name.ts'

/** A name and what assigns to it. A name begins only where no other one can have begun, or behind the dashes of an option. */
const assignment =
  /(?:(?<![\w.-])|(?<=(?<![\w-])--?))([A-Za-z_][\w.-]{0,80})(["'`\])]{0,2}\s{0,8})(=>|:=|<>|!=|=|:|\s(?:i?like|to)\s)(\s{0,8})/gi
/** The same for names in other letters than ASCII's. */
const unicodeAssignment = /(?<![\p{L}\p{M}\w.-])([\p{L}_][\p{L}\p{M}\w.-]{0,80})(["'`\]]{0,2}\s{0,8})(=>|:=|=|:|：)(\s{0,8})/gu
// oxlint-disable-next-line no-control-regex -- anything but ASCII
const isNotAscii = /[^\x00-\x7f]/
/** `--password x`. */
const option = /(?<![\w-])--?([A-Za-z][\w-]{1,60}) {1,3}(?=[^\s-])/g
/** `curl -u ada:x`; numbers are a user and a group (`docker run -u 1000:1000`). */
const userOption = /(?<![\w-])(?:-u|--user|--proxy-user)[ =]{1,3}["']?(?!\d+:)[^\s:"']{1,128}:(?=[^\s"'])/g
/** `machine api.example.com login ada password x` in a .netrc. */
const netrc = /(?<!\w)login\s{1,8}\S{1,128}\s{1,8}password\s{1,8}(?=\S)/g
/** `ALTER ROLE … PASSWORD 'x'`, `IDENTIFIED BY 'x'`. */
const passwordClause = /(?<!\w)(?:password|identified\s{1,8}by)\s{1,8}(?=')/gi
/** What is longer goes on behind it, and is looked at there. */
const bareValue = /[^\s&;,"'`<>(){}[\]|]{1,65536}/y
/** Where a name alone is not enough no more is looked at, since it may all have to be looked at again. */
const shortValue = /[^\s&;,"'`<>(){}[\]|]{1,512}/y
const restOfLine = /[^\r\n"']{1,65536}/y
const credentialHeader = /^(?:proxy-)?authorization$|^(?:set-)?cookie$/i
const sql =
  /^\s{0,64}(?:--\s|\/\*|(?:select|insert|update|delete|with|create|alter|drop|set|grant|merge|call|begin|values|copy|do|execute|prepare|explain)\b)/i
const longestValue = 65_536
/** What people write behind `password:` that is no password. */
const prose = new Set(
  (
    'expired invalid required missing wrong incorrect empty optional present absent unknown unset unchanged changed updated created deleted revoked rejected ' +
    'accepted refused denied mismatch should cannot must needs not valid given provided generated reset string number boolean object array undefined ' +
    'function default hidden masked removed redacted enabled disabled failed success error please enter confirm forgot strength length minimum maximum ' +
    'successfully already before after between without against token password secret credentials authentication authorization'
  ).split(' '),
)

/** What a bare word must look like to be taken for a value. */
type Acceptance =
  /** A literal only: in SQL a bare word is a column. */
  | 'quoted'
  /** Any word. */
  | 'any'
  /** A word that prose does not have there, because `token: expired` says nothing secret. */
  | 'odd'

/** `password=x`, `"token": "x"`, `secret: x`, `--token x` in text; in SQL, literals that are compared with or assigned to such a name. */
export const assignments: Detector = {
  name: 'assignment',
  hint: /[=:]|like|password|identified|--?[a-z]|：/i,
  *find(text, context): Generator<Span> {
    const isSql = sql.test(text)
    yield* assignedIn(text, assignment, isSql, context)
    if (isSql) {
      for (const match of text.matchAll(passwordClause)) yield* valueAt(text, match.index + match[0].length, 'quoted', context.secret)
      return
    }
    if (isNotAscii.test(text)) yield* assignedIn(text, unicodeAssignment, false, context)
    for (const pattern of [userOption, netrc])
      for (const match of text.matchAll(pattern)) yield* valueAt(text, match.index + match[0].length, 'any', context.secret)
    for (const match of text.matchAll(option)) {
      if (context.isTelling(match[1] as string)) yield* valueAt(text, match.index + match[0].length, 'any', context.secret)
    }
  },
}

/** What stands in a value that is replaced is not looked at again: a hostile text may be one value in another. */
function* assignedIn(text: string, pattern: RegExp, isSql: boolean, context: DetectionContext): Generator<Span> {
  let covered = 0
  for (const match of text.matchAll(pattern)) {
    if (match.index < covered) continue
    for (const span of assignedAt(text, match, isSql, context)) {
      covered = span.end
      yield span
    }
  }
}

function* assignedAt(text: string, match: RegExpExecArray, isSql: boolean, context: DetectionContext): Generator<Span> {
  const [whole, name, closing, sign, space] = match as unknown as [string, string, string, string, string]
  const start = match.index + whole.length
  if (!isSql && sign === ':' && credentialHeader.test(name)) {
    yield* headerAt(text, start, name, context)
    return
  }
  const isTelling = context.isTelling(name)
  if (!isTelling && !context.isWeak(name)) return
  const joined = closing === '' && space === ''
  const acceptance = isSql ? 'quoted' : joined && sign === '=' ? 'any' : 'odd'
  for (const span of valueAt(text, start, acceptance, context.secret, isTelling ? bareValue : shortValue)) {
    if (isTelling || looksRandom(text.slice(span.start, span.end))) yield span
  }
}

/** `Authorization: Token x`, `Cookie: a=b; c=d` in a log or a dump of a request. */
function* headerAt(text: string, start: number, name: string, { header }: DetectionContext): Generator<Span> {
  const quote = text[start] === '"' || text[start] === "'" ? 1 : 0
  restOfLine.lastIndex = start + quote
  const value = restOfLine.exec(text)?.[0]
  if (value === undefined) return
  const end = start + quote + value.trimEnd().length
  yield { start: start + quote, end, detector: 'header', rewrite: (raw) => header(name, raw) }
}

function* valueAt(
  text: string,
  start: number,
  accept: Acceptance,
  secret: (value: string) => string,
  bare: RegExp = bareValue,
): Generator<Span> {
  const quote = text[start]
  if (quote === "'" || quote === '"' || quote === '`') {
    // In SQL double quotes hold names.
    if (accept === 'quoted' && quote !== "'") return
    const end = endOfQuoted(text, start + 1, quote, bare === shortValue ? 512 : longestValue)
    if (isTrivial(text.slice(start + 1, end))) return
    yield { start: start + 1, end, detector: 'name', rewrite: (raw) => (quote === '"' ? rewriteJsonString(raw, secret) : secret(raw)) }
    return
  }
  // `Key (password)=(x) already exists.`
  if (quote === '(' && text[start - 2] === ')') {
    const close = text.indexOf(')', start)
    const end = close < 0 ? text.length : Math.min(close, start + longestValue)
    if (!isTrivial(text.slice(start + 1, end))) yield { start: start + 1, end, detector: 'name', rewrite: secret }
    return
  }
  if (accept === 'quoted') return
  bare.lastIndex = start
  const value = bare.exec(text)?.[0]
  if (value === undefined || isTrivial(value) || /^[$:?@%]\w*$|^\$\{|^=/.test(value)) return
  const end = start + value.length
  if (accept === 'odd' && !isOdd(value, text, end)) return
  yield { start, end, detector: 'name', rewrite: (raw) => rewritePercentEncoded(raw, secret) }
}

/** Something that no sentence has there: not letters alone, or the last word of its line that is none of the usual ones. */
function isOdd(value: string, text: string, end: number): boolean {
  if (value.length < 6) return value.length > 3 && /\d/.test(value) && /^[\s,;}]*$/.test(text.slice(end, end + 1))
  if (/[\d!@#$%^*+/=]/.test(value)) return true
  const next = text.slice(end, end + 2).trimStart()
  return (
    (text[end] === undefined || text[end] === '\n' || text[end] === '\r' || next === '' || next === '\n') &&
    !prose.has(value.toLowerCase().replace(/[.!?]$/, ''))
  )
}

/** Doubled quotes and backslashes stand for themselves. */
function endOfQuoted(text: string, start: number, quote: string, longest: number): number {
  const limit = Math.min(text.length, start + longest)
  for (let at = start; at < limit; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === quote) {
      if (quote !== "'" || text[at + 1] !== "'") return at
      at++
    }
  }
  return limit
}
