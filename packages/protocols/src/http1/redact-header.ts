import type { FieldRedactor } from '@retake/core'

/** Headers without which a message cannot be read, or that hold no free text. They are never rewritten. */
const structural = new Set([
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

/** A header's value with what is secret in it replaced; cookies keep their names and attributes, credentials their scheme. */
export function redactHeader(name: string, value: string, redact: FieldRedactor): string {
  const lower = name.toLowerCase()
  if (structural.has(lower)) return value
  switch (lower) {
    case 'set-cookie': {
      const end = value.indexOf(';')
      return end === -1 ? cookie(value, lower, redact) : `${cookie(value.slice(0, end), lower, redact)}${value.slice(end)}`
    }
    case 'cookie':
      return value
        .split(/(;\s*)/)
        .map((part, at) => (at % 2 === 1 ? part : cookie(part, lower, redact)))
        .join('')
    case 'authorization':
    case 'proxy-authorization': {
      const space = value.indexOf(' ')
      return space === -1 ? redact.named(lower, value) : `${value.slice(0, space + 1)}${redact.named(lower, value.slice(space + 1))}`
    }
    case 'location':
    case 'content-location':
    case 'referer':
      return redactUrl(value, redact)
    default:
      return redact.named(lower, value)
  }
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
      const redacted = redact.named(decoded(pair.slice(0, equals)), value)
      return redacted === value ? pair : `${pair.slice(0, equals)}=${encodeURIComponent(redacted)}`
    })
  return `${redact.text(url.slice(0, question))}?${query.join('&')}`
}

function cookie(pair: string, header: string, redact: FieldRedactor): string {
  const equals = pair.indexOf('=')
  return equals === -1 ? pair : `${pair.slice(0, equals + 1)}${redact.named(header, pair.slice(equals + 1))}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
