import type { Detector } from '../span.ts'

const begin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
const end = '-----END '

/** PEM and OpenSSH private keys (RFC 7468): what stands between the lines. A key that is cut off is one up to the end. */
export const privateKey: Detector = {
  name: 'private-key',
  hint: /PRIVATE KEY/,
  *find(text) {
    let from = 0
    for (const match of text.matchAll(begin)) {
      if (match.index < from) continue
      const start = match.index + match[0].length
      const found = text.indexOf(end, start)
      from = found < 0 ? text.length : found
      // Line by line: neither line ends nor their escapes (a key in a JSON in a text) are part of the secret.
      for (const line of text.slice(start, from).matchAll(/\\.|[A-Za-z0-9+/=]+/g)) {
        if (!line[0].startsWith('\\'))
          yield { start: start + line.index, end: start + line.index + line[0].length, detector: 'private-key' }
      }
    }
  },
}
