import { rewritePercentEncoded } from '../formats/percent-encoding.ts'
import type { Detector } from '../span.ts'

/** What stands in a query, a form or a link without ending a value. */
const value = /[\w.~%+!*'():,;@$/-]{6,}/g
/** One escape hides nothing from the other detectors. */
const escapes = /%[\dA-Fa-f]{2}[^%]*%[\dA-Fa-f]{2}/

/**
 * Values in percent encoding within a text (a link in a mail, a query in a query): what is secret in them is replaced inside. What is encoded
 * several times is decoded several times.
 */
export const percentEncoded: Detector = {
  name: 'percent-encoded',
  hint: escapes,
  *find(text, { nested }) {
    for (const match of text.matchAll(value)) {
      const [raw] = match
      if (!escapes.test(raw)) continue
      const after = redacted(raw, nested)
      if (after !== raw) yield { start: match.index, end: match.index + raw.length, detector: 'percent-encoded', rewrite: () => after }
    }
  },
}

function redacted(raw: string, nested: (text: string) => string): string {
  const after = rewritePercentEncoded(raw, nested)
  // In forms and most queries a plus is a space; in a path, or within a key, it is none.
  if (after !== raw || !raw.includes('+')) return after
  return rewritePercentEncoded(raw.replaceAll('+', ' '), nested).replaceAll(' ', '+')
}
