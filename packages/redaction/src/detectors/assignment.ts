import { rewriteJsonString } from '../formats/json-string.ts'
import { rewritePercentEncoded } from '../formats/percent-encoding.ts'
import type { Detector, Span } from '../span.ts'
import { isTrivial } from '../telling-name.ts'

/** A name and what assigns to it. A name begins only where no other one can have begun. */
const assignment = /(?<![\w.-])([A-Za-z_][\w.-]{0,80})(["'`\]]{0,2}\s{0,8})(=>|:=|<>|!=|=|:|\s(?:i?like|to)\s)(\s{0,8})/gi
/** `ALTER ROLE … PASSWORD 'x'`, `IDENTIFIED BY 'x'`. */
const passwordClause = /(?<!\w)(?:password|identified\s{1,8}by)\s{1,8}(?=')/gi
const bareValue = /[^\s&;,"'`<>(){}[\]|]+/y
const sql =
  /^\s{0,64}(?:--|\/\*|(?:select|insert|update|delete|with|create|alter|drop|set|grant|merge|call|begin|values|copy|do|execute|prepare|explain)\b)/i
const longestValue = 65_536

/** `password=x`, `"token": "x"`, `secret: x` in text; in SQL, literals that are compared with or assigned to such a name. */
export const assignments: Detector = {
  name: 'assignment',
  hint: /[=:]|like|password|identified/i,
  *find(text, { isTelling, secret }) {
    const isSql = sql.test(text)
    for (const match of text.matchAll(assignment)) {
      if (!isTelling(match[1] as string)) continue
      const joined = match[2] === '' && match[4] === ''
      const span = valueAt(text, match.index + match[0].length, isSql ? 'quoted' : joined && match[3] === '=' ? 'any' : 'odd', secret)
      if (span !== undefined) yield span
    }
    if (!isSql) return
    for (const match of text.matchAll(passwordClause)) {
      const span = valueAt(text, match.index + match[0].length, 'quoted', secret)
      if (span !== undefined) yield span
    }
  },
}

/**
 * @param accept `quoted`: a literal only; `any`: also a bare word; `odd`: a bare word that no prose has, because `token: expired`
 *   says nothing secret.
 */
function valueAt(text: string, start: number, accept: 'quoted' | 'any' | 'odd', secret: (value: string) => string): Span | undefined {
  const quote = text[start]
  if (quote === "'" || quote === '"' || quote === '`') {
    // In SQL double quotes hold names.
    if (accept === 'quoted' && quote !== "'") return undefined
    const end = endOfQuoted(text, start + 1, quote)
    const value = text.slice(start + 1, end)
    if (isTrivial(value)) return undefined
    return { start: start + 1, end, detector: 'name', rewrite: (raw) => (quote === '"' ? rewriteJsonString(raw, secret) : secret(raw)) }
  }
  if (accept === 'quoted') return undefined
  bareValue.lastIndex = start
  const value = bareValue.exec(text)?.[0]
  if (value === undefined || isTrivial(value) || /^[$:?@%]\w*$|^\$\{/.test(value)) return undefined
  if (accept === 'odd' && (value.length < 6 || !/[\d!@#$%^*+/=]/.test(value))) return undefined
  return { start, end: start + value.length, detector: 'name', rewrite: (raw) => rewritePercentEncoded(raw, secret) }
}

/** Doubled quotes and backslashes stand for themselves. */
function endOfQuoted(text: string, start: number, quote: string): number {
  const limit = Math.min(text.length, start + longestValue)
  for (let at = start; at < limit; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === quote) {
      if (quote !== "'" || text[at + 1] !== "'") return at
      at++
    }
  }
  return limit
}
