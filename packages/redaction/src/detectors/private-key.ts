import type { Detector } from '../span.ts'

const begin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
const end = '-----END '
/** Where the text around a key that is cut off goes on: what quotes it, or the markup that it stands in. */
const around = /["'`<>{}]/g

/** PEM and OpenSSH private keys (RFC 7468): what stands between the lines. A key that is cut off ends with what quotes it. */
export const privateKey: Detector = {
  name: 'private-key',
  hint: /PRIVATE KEY/,
  *find(text) {
    let from = 0
    for (const match of text.matchAll(begin)) {
      if (match.index < from) continue
      const start = match.index + match[0].length
      const found = text.indexOf(end, start)
      from = found < 0 ? cutOffAt(text, start) : found
      // Line by line: neither line ends nor their escapes (a key in a JSON in a text) are part of the secret.
      for (const line of text.slice(start, from).matchAll(/\\.|[A-Za-z0-9+/=]+/g)) {
        if (!line[0].startsWith('\\'))
          yield { start: start + line.index, end: start + line.index + line[0].length, detector: 'private-key' }
      }
    }
  },
}

function cutOffAt(text: string, start: number): number {
  around.lastIndex = start
  return around.exec(text)?.index ?? text.length
}
