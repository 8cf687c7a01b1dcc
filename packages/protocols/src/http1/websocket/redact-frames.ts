import type { FieldRedactor } from '@retake/core'
import type { Piece } from '../../rechunk.ts'
import { FrameReader, serverFrame } from './frames.ts'

/** A frame of a message, and where its piece is. */
interface Fragment {
  readonly first: number
  readonly payload: Uint8Array
  readonly piece: number
}

/**
 * Rewrites the messages of a server, also fragmented ones: as many frames as before, in their places between control
 * frames. (Compressed ones were unpacked when they came, see `PlainFrames`.)
 * @param offset Where `bytes` begin in the whole outcome.
 */
export function redactFrames(bytes: Uint8Array, offset: number, redact: FieldRedactor): Piece[] {
  const pieces: Piece[] = []
  let payload: Uint8Array[] = []
  let ended: { readonly opcode: number; readonly isLast: boolean; readonly isCompressed: boolean } | undefined
  const reader = new FrameReader({
    data: (data) => payload.push(data),
    end: (opcode, isLast, isCompressed) => {
      ended = { opcode, isLast, isCompressed }
    },
  })
  let fragments: Fragment[] = []
  for (let start = 0; start < bytes.length;) {
    ended = undefined
    const end = reader.feed(bytes, start)
    const frame = bytes.subarray(start, end)
    pieces.push({ start: offset + start, end: offset + end, bytes: frame })
    start = end
    if (ended === undefined) break
    const { opcode, isLast, isCompressed } = ended
    if (opcode < 8 && !isCompressed) {
      fragments.push({
        first: frame[0] as number,
        payload: payload.length === 1 ? (payload[0] as Uint8Array) : Buffer.concat(payload),
        piece: pieces.length - 1,
      })
      if (isLast) {
        rewrite(fragments, pieces, redact)
        fragments = []
      }
    }
    payload = []
  }
  rewrite(fragments, pieces, redact)
  return pieces
}

function rewrite(fragments: readonly Fragment[], pieces: Piece[], redact: FieldRedactor): void {
  const [first] = fragments
  if (first === undefined) return
  const whole = fragments.length === 1 ? first.payload : Buffer.concat(fragments.map(({ payload }) => payload))
  const redacted = redact.body(whole, undefined)
  if (redacted === whole) return
  let at = 0
  for (const [ordinal, { first: firstByte, payload, piece }] of fragments.entries()) {
    const end = ordinal === fragments.length - 1 ? redacted.length : Math.min(redacted.length, at + payload.length)
    pieces[piece] = { ...(pieces[piece] as Piece), bytes: serverFrame(firstByte, redacted.subarray(at, end)) }
    at = end
  }
}
