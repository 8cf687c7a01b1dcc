import { Buffer } from 'node:buffer'
import { parseHeaderLines } from './header-lines.ts'

/** One part of a multipart body; `bytes` is a view. */
export interface Part {
  readonly rawHeaders: readonly string[]
  readonly bytes: Uint8Array
  /** Where the content begins in the body. */
  readonly start: number
}

/** The `boundary` parameter of a multipart media type (RFC 2046, 5.1.1). */
export function boundaryOf(contentType: string): string | undefined {
  const found = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType)
  return found?.[1] ?? found?.[2]
}

/**
 * Takes a multipart body apart.
 * @returns `undefined` when it does not follow the boundary.
 */
export function splitMultipart(body: Uint8Array, boundary: string): Part[] | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  const parts: Part[] = []
  let at = bytes.indexOf(delimiter)
  while (at !== -1) {
    at += delimiter.length
    if (bytes[at] === 45 && bytes[at + 1] === 45) return parts
    const headStart = bytes.indexOf(10, at)
    if (headStart === -1) return undefined
    const next = nextDelimiter(bytes, delimiter, headStart)
    if (next === -1) return undefined
    // The line break before a delimiter belongs to the delimiter.
    const contentEnd = bytes[next - 2] === 13 ? next - 2 : next - 1
    const [headEnd, start] = headOf(bytes, headStart + 1)
    if (start > next) return undefined
    parts.push({
      rawHeaders: parseHeaderLines(bytes.toString('latin1', headStart + 1, headEnd), 0),
      bytes: bytes.subarray(start, Math.max(start, contentEnd)),
      start,
    })
    at = next
  }
  return undefined
}

function nextDelimiter(bytes: Buffer, delimiter: Buffer, from: number): number {
  let found = bytes.indexOf(delimiter, from)
  while (found !== -1 && bytes[found - 1] !== 10) found = bytes.indexOf(delimiter, found + 1)
  return found
}

/** End of the header lines and start of the content. */
function headOf(bytes: Buffer, from: number): [headEnd: number, start: number] {
  if (bytes[from] === 10) return [from, from + 1]
  if (bytes[from] === 13 && bytes[from + 1] === 10) return [from, from + 2]
  for (let at = bytes.indexOf(10, from); at !== -1; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return [at + 1, at + 2]
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return [at + 1, at + 3]
  }
  return [bytes.length, bytes.length]
}
