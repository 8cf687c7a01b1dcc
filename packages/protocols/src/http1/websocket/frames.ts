/** What a frame reader finds (RFC 6455, 5.2). */
export interface FrameEvents {
  /** Unmasked bytes of the payload; a copy when they were masked, else a view. */
  data(bytes: Uint8Array, opcode: number): void
  end(opcode: number, isLast: boolean, isCompressed: boolean): void
}

/** Follows WebSocket frames in bytes that come split anywhere. Every sequence of bytes is some sequence of frames. */
export class FrameReader {
  readonly #events: FrameEvents | undefined
  readonly #header = new Uint8Array(14)
  #have = 0
  #needed = 2
  #left = 0
  #inMessage = false
  #masked = 0

  constructor(events?: FrameEvents) {
    this.#events = events
  }

  /** No frame is under way. */
  get atBoundary(): boolean {
    return this.#have === 0
  }

  /** No message is under way, in one frame or several. */
  get atMessageBoundary(): boolean {
    return this.#have === 0 && !this.#inMessage
  }

  /** Reads up to the end of a frame. @returns The position after the last byte taken. */
  feed(bytes: Uint8Array, from: number): number {
    let at = from
    while (at < bytes.length) {
      if (this.#have < this.#needed) {
        this.#header[this.#have++] = bytes[at++] as number
        if (this.#have === 2) this.#needed = headerLength(this.#header)
        if (this.#have < this.#needed) continue
        this.#left = payloadLength(this.#header)
        this.#masked = 0
      } else {
        const end = Math.min(bytes.length, at + this.#left)
        this.#data(bytes.subarray(at, end))
        this.#left -= end - at
        at = end
      }
      if (this.#left > 0) continue
      const first = this.#header[0] as number
      this.#have = 0
      this.#needed = 2
      // Control frames may come between the fragments of a message.
      if ((first & 15) < 8) this.#inMessage = (first & 128) === 0
      this.#events?.end(first & 15, (first & 128) !== 0, (first & 64) !== 0)
      return at
    }
    return at
  }

  #data(bytes: Uint8Array): void {
    if (this.#events === undefined) return
    const opcode = (this.#header[0] as number) & 15
    if (((this.#header[1] as number) & 128) === 0) return this.#events.data(bytes, opcode)
    const maskAt = this.#needed - 4
    const plain = new Uint8Array(bytes.length)
    for (let at = 0; at < bytes.length; at++) plain[at] = (bytes[at] as number) ^ (this.#header[maskAt + (this.#masked++ & 3)] as number)
    this.#events.data(plain, opcode)
  }
}

function headerLength(header: Uint8Array): number {
  const short = (header[1] as number) & 127
  return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (((header[1] as number) & 128) === 0 ? 0 : 4)
}

function payloadLength(header: Uint8Array): number {
  const short = (header[1] as number) & 127
  if (short < 126) return short
  let length = 0
  for (let at = 2; at < (short === 126 ? 4 : 10); at++) length = length * 256 + (header[at] as number)
  return length
}

/** A frame from the server: never masked. */
export function serverFrame(firstByte: number, payload: Uint8Array): Uint8Array {
  const extended = payload.length < 126 ? 0 : payload.length < 65536 ? 2 : 8
  const frame = new Uint8Array(2 + extended + payload.length)
  frame[0] = firstByte
  frame[1] = extended === 0 ? payload.length : extended === 2 ? 126 : 127
  for (let at = 1 + extended, rest = payload.length; at > 1; at--, rest = Math.floor(rest / 256)) if (extended > 0) frame[at] = rest % 256
  frame.set(payload, 2 + extended)
  return frame
}
