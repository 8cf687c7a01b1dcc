import { constants, inflateRawSync } from 'node:zlib'
import { wholeBodyLimit } from '../../payload/collected-body.ts'

/** The window of DEFLATE (RFC 1951). */
const windowBytes = 32 * 1024
const flushMarker = new Uint8Array([0, 0, 255, 255])

/** Takes `permessage-deflate` (RFC 7692) off the messages of one direction, in their order. */
export class MessageInflater {
  /** The sender may refer to earlier messages: the last 32 KiB of them serve as dictionary. */
  #window = new Uint8Array(0)

  /** @returns `undefined` for what is damaged or too large. */
  inflate(message: Uint8Array): Uint8Array | undefined {
    const packed = new Uint8Array(message.length + flushMarker.length)
    packed.set(message)
    packed.set(flushMarker, message.length)
    try {
      const bytes = inflateRawSync(packed, {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: wholeBodyLimit,
        ...(this.#window.length > 0 ? { dictionary: this.#window } : {}),
      })
      const joined = new Uint8Array(this.#window.length + bytes.length)
      joined.set(this.#window)
      joined.set(bytes, this.#window.length)
      this.#window = joined.slice(-windowBytes)
      return bytes
    } catch {
      return undefined
    }
  }
}
