import type { Detector } from '../span.ts'

const shape = /(?<![A-Za-z0-9])(bearer|basic) {1,3}([\w\-.~+/]{8,}={0,2})/gi

/** Credentials of the HTTP schemes Bearer (RFC 6750) and Basic (RFC 7617) in the middle of a text: logs, error messages. */
export const bearer: Detector = {
  name: 'bearer',
  hint: /bearer |basic /i,
  *find(text, { secret }) {
    for (const match of text.matchAll(shape)) {
      const [whole, scheme, credentials] = match as unknown as [string, string, string]
      const end = match.index + whole.length
      const start = end - credentials.length
      if (scheme.toLowerCase() === 'basic') {
        if (basicParts(credentials) !== undefined) {
          yield { from: match.index, start, end, detector: 'basic', rewrite: (value) => redactBasic(value, secret) }
        }
      } else if (/\d/.test(credentials) || credentials.length >= 20) {
        yield { from: match.index, start, end, detector: 'bearer', rewrite: secret }
      }
    }
  },
}

/** Keeps the user, and the form: the result decodes to `user:placeholder`. */
export function redactBasic(credentials: string, secret: (value: string) => string): string {
  const parts = basicParts(credentials)
  if (parts === undefined) return secret(credentials)
  const encoded = Buffer.from(`${parts.user}:${secret(parts.password)}`).toString('base64')
  return credentials.endsWith('=') ? encoded : encoded.replaceAll('=', '')
}

function basicParts(credentials: string): { readonly user: string; readonly password: string } | undefined {
  const decoded = Buffer.from(credentials, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  if (colon < 0 || Buffer.from(decoded).toString('base64').replaceAll('=', '') !== credentials.replaceAll('=', '')) return undefined
  return { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}
