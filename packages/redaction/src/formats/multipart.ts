/** One part of a multipart body: where its content is, and what its head says. */
export interface Part {
  /** Where the head begins; it ends where the content does begin. */
  readonly head: number
  readonly start: number
  readonly end: number
  readonly name: string | undefined
  readonly mediaType: string | undefined
}

/** Parts beyond this many are left to the detectors of plain text. */
const mostParts = 10_000

/** Finds the parts of a multipart body (RFC 2046, RFC 7578). Nothing is copied. */
export function partsOf(bytes: Buffer, boundary: string): Part[] {
  const parts: Part[] = []
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  let at = bytes.indexOf(delimiter)
  while (at >= 0 && parts.length < mostParts) {
    const from = at + delimiter.length
    const next = bytes.indexOf(delimiter, from)
    const blank = bytes.indexOf('\r\n\r\n', from, 'latin1')
    const end = next < 0 ? bytes.length : next
    if (blank >= 0 && blank < end) {
      const head = bytes.toString('utf8', from, Math.min(blank, from + 16_384))
      const contentEnd = next >= 2 && bytes[next - 2] === 0x0d && bytes[next - 1] === 0x0a ? next - 2 : end
      parts.push({
        head: from,
        start: blank + 4,
        end: Math.max(blank + 4, contentEnd),
        name: /[;\s]name="?([^";\r\n]{0,1024})/i.exec(head)?.[1],
        mediaType: /^content-type:\s{0,8}([^\r\n]{1,256})/im.exec(head)?.[1],
      })
    }
    at = next
  }
  return parts
}

/** The boundary that a media type names. */
export function boundaryOf(mediaType: string): string | undefined {
  const match = /;\s{0,8}boundary="?([^";,\s]{1,200})/i.exec(mediaType)
  return match?.[1]
}
