import type { FieldValue } from '@retake/core'
import { meaningfulName } from './bookkeeping-headers.ts'

/** Header (lower case) → value, sorted by name; several lines of one name are one value. Without bookkeeping. */
export function callHeaders(rawHeaders: readonly string[]): FieldValue {
  const kept: [string, string][] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = meaningfulName(rawHeaders[at] as string)
    if (name !== '') kept.push([name, canonicalValue(name, rawHeaders[at + 1] as string)])
  }
  if (kept.length > 1) kept.sort((one, other) => (one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : 0))
  // A header may be called `__proto__`; in an object literal that would be lost.
  const headers: { [name: string]: string } = {}
  for (const [name, value] of kept) {
    const joined = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value
    if (name === '__proto__') Object.defineProperty(headers, name, { value: joined, enumerable: true, configurable: true, writable: true })
    else headers[name] = joined
  }
  return headers
}

function canonicalValue(name: string, value: string): string {
  if (name === 'content-type') return canonicalContentType(value)
  return name === 'authorization' ? signer(value) : value
}

/** Without what a client draws (the boundary) and what is the default anyway (UTF-8). */
function canonicalContentType(value: string): string {
  if (!value.includes(';')) return value.toLowerCase()
  const [type, ...parameters] = value.split(';').map((part) => part.trim())
  const kept = parameters.filter((parameter) => parameter !== '' && !/^(boundary=|charset="?utf-8"?$)/i.test(parameter))
  return [(type as string).toLowerCase(), ...kept.sort()].join(';')
}

/**
 * A signature holds the time, headers that are bookkeeping, and a secret of the environment; who signed is what counts.
 * AWS SigV4 and its likes (`AWS4-HMAC-SHA256 Credential=id/date/region/service/aws4_request, SignedHeaders=…, Signature=…`),
 * AWS v2 and Azure (`SharedKey account:signature`), OAuth 1 (RFC 5849, 3.5.1), Digest (RFC 7616, 3.4).
 */
function signer(value: string): string {
  const space = value.indexOf(' ')
  if (space === -1) return value
  const scheme = value.slice(0, space)
  const parameters = value.slice(space + 1)
  if (/^[A-Z0-9]+-[A-Z0-9-]*(?:SHA|SM3)/.test(scheme)) {
    const credential = /(?:^|[\s,])Credential=([^\s,]+)/.exec(parameters)?.[1]
    return credential === undefined ? value : `${scheme} Credential=${withoutDate(credential)}`
  }
  if (scheme === 'AWS' || scheme === 'SharedKey' || scheme === 'SharedKeyLite') {
    const colon = parameters.lastIndexOf(':')
    return colon === -1 ? value : `${scheme} ${parameters.slice(0, colon)}`
  }
  if (/^(?:oauth|digest)$/i.test(scheme)) {
    return `${scheme} ${parameters
      .split(/,\s*(?=[\w-]+=)/)
      .filter((parameter) => !/^(?:oauth_(?:nonce|timestamp|signature)|c?nonce|nc|response)=/i.test(parameter))
      .join(', ')}`
  }
  return value
}

/** The scope of a credential without its day: `AKID/20260102/eu-west-1/s3/aws4_request`. */
export function withoutDate(credential: string): string {
  return credential.replace(/\/\d{8}(?=\/|$)/, '')
}
