import { redactBasic } from '../detectors/bearer.ts'
import { rewritePercentEncoded } from './percent-encoding.ts'
import { isTrivial } from '../telling-name.ts'

/** How the values of credential headers are replaced. */
export interface HeaderRedaction {
  /** Replaces a whole value, as its shape allows. */
  secret(value: string): string
}

/** Cookie values that say something to the app and nothing to a thief. */
const plainCookie = /^(?:.{0,3}|[a-z]{2}[-_][A-Za-z]{2,4}|true|false|dark|light|auto|none|null|system|accepted|denied|granted)$/

/** `Authorization: <scheme> <credentials>` (RFC 9110, section 11.4): the scheme stays. */
export function redactAuthorization(value: string, { secret }: HeaderRedaction): string {
  const match = /^([A-Za-z][\w-]{0,40}) +(.+)$/s.exec(value)
  if (match === null) return isTrivial(value) ? value : secret(value)
  const [, scheme, credentials] = match as unknown as [string, string, string]
  const lead = value.slice(0, value.length - credentials.length)
  if (/^basic$/i.test(scheme)) return lead + redactBasic(credentials, secret)
  // Parameters (Digest, AWS4-HMAC-SHA256, OAuth): their values are replaced one by one.
  if (/^[\w-]+ *=/.test(credentials))
    return lead + credentials.replaceAll(/(= *"?)([^",\s]{4,})/g, (_, equals: string, parameter: string) => equals + secret(parameter))
  return lead + secret(credentials)
}

/** `Cookie: name=value; name=value`: every value but the plain ones. */
export function redactCookies(value: string, redaction: HeaderRedaction): string {
  return value
    .split(';')
    .map((pair) => redactPair(pair, redaction))
    .join(';')
}

/** `Set-Cookie: name=value; attributes`: the attributes stay. */
export function redactSetCookie(value: string, redaction: HeaderRedaction): string {
  const end = value.indexOf(';')
  return end < 0 ? redactPair(value, redaction) : redactPair(value.slice(0, end), redaction) + value.slice(end)
}

function redactPair(pair: string, { secret }: HeaderRedaction): string {
  const equals = pair.indexOf('=')
  if (equals < 0) return pair
  const raw = pair.slice(equals + 1)
  const value = raw.replaceAll('"', '').trim()
  if (plainCookie.test(value)) return pair
  // `s:` and `j:` are marks of express: a signed value, a JSON one.
  const mark = /^[sj]%3A/i.exec(raw)?.[0] ?? ''
  return pair.slice(0, equals + 1) + mark + rewritePercentEncoded(raw.slice(mark.length), secret)
}
