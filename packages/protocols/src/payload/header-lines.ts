/** Value of a header; the first one when there are several. */
export function headerValue(rawHeaders: readonly string[], lowerCaseName: string): string | undefined {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) return rawHeaders[at + 1]
  }
  return undefined
}

/** Header lines without a start line, as in trailers. */
export function parseHeaderLines(text: string, from: number): string[] {
  const raw: string[] = []
  for (let at = from; at < text.length;) {
    let end = text.indexOf('\n', at)
    if (end === -1) end = text.length
    const stop = end > at && text.charCodeAt(end - 1) === 13 ? end - 1 : end
    const first = text.charCodeAt(at)
    if ((first === 32 || first === 9) && raw.length > 0)
      raw[raw.length - 1] = `${raw[raw.length - 1]} ${text.slice(at, stop).trim()}`.trim()
    else {
      const colon = text.indexOf(':', at)
      // A line without a colon is no header; what to make of it is the client's own parser's business.
      if (colon > at && colon < stop) raw.push(text.slice(at, colon).trimEnd(), text.slice(colon + 1, stop).trim())
    }
    at = end + 1
  }
  return raw
}
