import { FrameReader, serverFrame } from './frames.ts'
import { MessageInflater } from './inflater.ts'

const isCompressed = 0x40
const isFinal = 0x80
/** Opcodes from here on are of control frames, which may come between the fragments of a message. */
const firstControl = 8

/**
 * What a server sends on a WebSocket, without compression: each compressed message becomes one plain frame, so that what is
 * kept can be read, and rewritten, message by message. A client that agreed to `permessage-deflate` takes plain messages too
 * (RFC 7692, section 6): the bit in each frame says which it is.
 */
export class PlainFrames {
  readonly #inflater = new MessageInflater()
  readonly #reader: FrameReader
  #payload: Uint8Array[] = []
  #raw: Uint8Array[] = []
  /** First byte of the compressed message under way. */
  #first: number | undefined
  /** The frame under way belongs to it. */
  #holds = false
  #isLast = false
  /** Something could not be unpacked: what follows may refer to it. */
  #isBroken = false

  constructor() {
    this.#reader = new FrameReader({
      data: (bytes) => {
        if (this.#holds) this.#payload.push(bytes.slice())
      },
      end: (_opcode, isLast) => {
        this.#isLast = isLast
      },
    })
  }

  /** @returns The bytes themselves where nothing in them is compressed. */
  feed(bytes: Uint8Array): Uint8Array {
    const plain: Uint8Array[] = []
    let changed = false
    for (let at = 0; at < bytes.length;) {
      if (this.#reader.atBoundary) this.#begin(bytes[at] as number)
      const end = this.#reader.feed(bytes, at)
      const piece = bytes.subarray(at, end)
      at = end
      if (!this.#holds) plain.push(piece)
      else {
        changed = true
        this.#raw.push(piece.slice())
        if (this.#reader.atBoundary && this.#isLast) plain.push(...this.#message())
      }
    }
    return changed ? Buffer.concat(plain) : bytes
  }

  #begin(first: number): void {
    const opcode = first & 15
    if (opcode !== 0 && opcode < firstControl) this.#first = !this.#isBroken && (first & isCompressed) !== 0 ? first : undefined
    this.#holds = opcode < firstControl && this.#first !== undefined
  }

  #message(): Uint8Array[] {
    const message = this.#inflater.inflate(Buffer.concat(this.#payload))
    const first = this.#first as number
    const raw = this.#raw
    this.#payload = []
    this.#raw = []
    this.#first = undefined
    if (message !== undefined) return [serverFrame((first & ~isCompressed) | isFinal, message)]
    this.#isBroken = true
    return raw
  }
}
