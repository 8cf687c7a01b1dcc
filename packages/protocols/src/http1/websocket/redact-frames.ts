import type { FieldRedactor } from '@retake/core'
import type { Piece } from '../../rechunk.ts'
import { FrameReader, serverFrame } from './frames.ts'

/**
 * Rewrites text frames of a server. Fragmented and compressed messages stay as they are: their secrets cannot be
 * replaced without the state of the whole connection.
 * @param offset Where `bytes` begin in the whole outcome.
 */
export function redactFrames(bytes: Uint8Array, offset: number, redact: FieldRedactor): Piece[] {
  const pieces: Piece[] = []
  let start = 0
  let payload: Uint8Array[] = []
  const reader = new FrameReader({
    data: (data) => payload.push(data),
    end: (opcode, isLast, isCompressed) => {
      text = opcode === 1 && isLast && !isCompressed && payload.length === 1 ? payload[0] : undefined
      payload = []
    },
  })
  let text: Uint8Array | undefined
  while (start < bytes.length) {
    text = undefined
    const end = reader.feed(bytes, start)
    const frame = bytes.subarray(start, end)
    const redacted = text === undefined ? undefined : redact.body(text, undefined)
    const changed = redacted !== undefined && redacted !== text
    pieces.push({ start: offset + start, end: offset + end, bytes: changed ? serverFrame(frame[0] as number, redacted) : frame })
    start = end
  }
  return pieces
}
