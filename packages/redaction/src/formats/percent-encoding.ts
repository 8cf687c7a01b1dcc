/**
 * Redacts text in percent encoding, so that each octet stays as long as it was: `%40` stays three characters.
 * @param redact Gets the decoded text, and gives one of the same lengths back.
 */
export function rewritePercentEncoded(raw: string, redact: (decoded: string) => string): string {
  if (!raw.includes('%')) return redact(raw)
  let decoded: string
  try {
    decoded = decodeURIComponent(raw)
  } catch {
    // Other octets than UTF-8: what stands between the escapes is redacted.
    return raw.replaceAll(/%[\dA-Fa-f]{2}|[^%]+/g, (part) => (part.startsWith('%') ? part : redact(part)))
  }
  const redacted = redact(decoded)
  if (redacted === decoded) return raw
  const characters = Array.from(redacted)
  // A rule of the user's may give a text of another length.
  return characters.length === Array.from(decoded).length ? encodeLike(raw, characters) : encodeURIComponent(redacted)
}

/** Writes each character in the way in which the character at its place was written. */
function encodeLike(raw: string, characters: readonly string[]): string {
  const lowerCase = /%[\da-f]{0,1}[a-f]/.test(raw)
  let result = ''
  let at = 0
  for (const character of characters) {
    if (raw[at] !== '%') {
      const width = (raw.codePointAt(at) as number) > 0xffff ? 2 : 1
      result += character
      at += width
      continue
    }
    const octets = [...Buffer.from(character)].map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join('')
    result += lowerCase ? octets : octets.toUpperCase()
    at += octets.length
  }
  return result
}
