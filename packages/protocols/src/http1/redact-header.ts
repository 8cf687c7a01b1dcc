import type { FieldRedactor } from '@retake/core'

/** Headers without which a message cannot be read, or that hold no free text. They are never rewritten. */
const structural = new Set([
  ':method',
  ':protocol',
  ':scheme',
  ':status',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'date',
  'keep-alive',
  'sec-websocket-accept',
  'sec-websocket-extensions',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const urls = new Set([':path', 'content-location', 'location', 'referer'])
/** What is known of credentials: their schemes and attributes stay. */
const credentials = new Set(['authorization', 'cookie', 'proxy-authorization', 'set-cookie'])
/** A name that says of any value that it is secret. */
const secret = 'password'

/**
 * A header's value with what is secret in it replaced; that cookies keep their attributes is the redactor's business.
 * @param sensitive Lower-case names that the sender marked as sensitive: whatever they are called, their values are secret.
 */
export function redactHeader(name: string, value: string, redact: FieldRedactor, sensitive: readonly string[] = []): string {
  const lower = name.toLowerCase()
  if (structural.has(lower)) return value
  if (sensitive.includes(lower) && !credentials.has(lower)) return redact.named(secret, value)
  return urls.has(lower) ? redactUrl(value, redact) : redact.named(lower, value, 'header')
}

/** A URL or path with the secret values of its query, and secret words in the rest, replaced. */
export function redactUrl(url: string, redact: FieldRedactor): string {
  const question = url.indexOf('?')
  if (question === -1) return redact.text(url)
  const query = url
    .slice(question + 1)
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=')
      if (equals === -1) return pair
      const value = decoded(pair.slice(equals + 1))
      const redacted = redact.named(decoded(pair.slice(0, equals)), value, 'query')
      return redacted === value ? pair : `${pair.slice(0, equals)}=${encodeURIComponent(redacted)}`
    })
  return `${redact.text(url.slice(0, question))}?${query.join('&')}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
