import type { Detector } from '../span.ts'

/** How base64 of `{"`, `[{"`, `["`, `{\n` and `{ ` begins; the boundary keeps each character from being tried twice. */
const shape = /(?<![\w+/-])(?:eyJ|W3si|WyJ|ewog|eyAg|eyAi|Ww)[\w+/-]{12,}={0,2}/g
/** Deeper than this, or longer, it is left to the other detectors. */
const longest = 1_048_576

/** JSON in base64 (cursors, state, Kubernetes secrets, pub/sub messages): what is secret in it is replaced inside. */
export const base64Document: Detector = {
  name: 'base64',
  hint: /eyJ|W3si|WyJ|ewog|eyA|Ww/,
  *find(text, { nested }) {
    for (const match of text.matchAll(shape)) {
      const [encoded] = match
      // A token has three of them, and a detector of its own.
      const after = text[match.index + encoded.length]
      const before = text[match.index - 1]
      if (after === '.' || before === '.' || encoded.length > longest) continue
      const end = match.index + encoded.length
      yield { start: match.index, end, detector: 'base64', rewrite: (raw) => redactDocument(raw, nested) }
    }
  },
}

function redactDocument(encoded: string, nested: (text: string) => string): string {
  const encoding = /[-_]/.test(encoded) ? 'base64url' : 'base64'
  const decoded = Buffer.from(encoded, encoding).toString('utf8')
  const bare = encoded.replaceAll('=', '')
  // What does not come back as it was is no text.
  if (Buffer.from(decoded).toString(encoding).replaceAll('=', '') !== bare) return encoded
  const redacted = nested(decoded)
  if (redacted === decoded) return encoded
  return Buffer.from(redacted).toString(encoding).replaceAll('=', '') + encoded.slice(bare.length)
}
