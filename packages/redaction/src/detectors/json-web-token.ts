import type { Detector } from '../span.ts'

/** Begins only where no token can have begun before: so that each character is looked at three times at most. */
const shape = /(?<![\w-])(eyJ[\w-]{5,})\.(eyJ[\w-]{5,}|e30)\.([\w-]{10,})/g

/**
 * JSON Web Tokens (RFC 7519), anywhere. The signature is replaced, which makes the token worthless; header and claims stay
 * readable, because `exp`, `role` and the like decide what an app does. Claims with telling names are replaced in place.
 */
export const jsonWebToken: Detector = {
  name: 'jwt',
  hint: /eyJ/,
  *find(text, { nested, placeholder }) {
    for (const match of text.matchAll(shape)) {
      const [whole, header, claims, signature] = match as unknown as [string, string, string, string]
      yield {
        from: match.index,
        start: match.index,
        end: match.index + whole.length,
        detector: 'jwt',
        rewrite: () => `${header}.${redactClaims(claims, nested)}.${placeholder(signature)}`,
      }
    }
  },
}

function redactClaims(claims: string, nested: (text: string) => string): string {
  const decoded = Buffer.from(claims, 'base64url').toString('utf8')
  // What does not come back as it was is no text.
  if (Buffer.from(decoded).toString('base64url') !== claims) return claims
  const redacted = nested(decoded)
  return redacted === decoded ? claims : Buffer.from(redacted).toString('base64url')
}
