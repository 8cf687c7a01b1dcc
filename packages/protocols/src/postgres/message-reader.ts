import type { Buffer } from 'node:buffer'

/** Reads the fields of one message. Past the end it yields zeros and remembers it: hostile bytes never throw. */
export class MessageReader {
  readonly #bytes: Buffer
  #at: number
  #short = false

  /** @param from Where the fields begin: 5 for a typed message, 4 for an untyped one. */
  constructor(bytes: Buffer, from: number = 5) {
    this.#bytes = bytes
    this.#at = from
  }

  /** A field was longer than the message. */
  get short(): boolean {
    return this.#short
  }

  get position(): number {
    return this.#at
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  uint8(): number {
    return this.#has(1) ? this.#bytes.readUInt8(this.#at++) : 0
  }

  int16(): number {
    if (!this.#has(2)) return 0
    this.#at += 2
    return this.#bytes.readInt16BE(this.#at - 2)
  }

  uint16(): number {
    return this.int16() & 0xffff
  }

  int32(): number {
    if (!this.#has(4)) return 0
    this.#at += 4
    return this.#bytes.readInt32BE(this.#at - 4)
  }

  uint32(): number {
    return this.int32() >>> 0
  }

  /** Text up to the next zero byte. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#at)
    if (end === -1) {
      this.#short = true
      this.#at = this.#bytes.length
      return ''
    }
    const text = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end + 1
    return text
  }

  /** A view of the next bytes. */
  bytes(size: number): Buffer {
    if (size < 0 || !this.#has(size)) {
      this.#short = true
      return this.#bytes.subarray(0, 0)
    }
    this.#at += size
    return this.#bytes.subarray(this.#at - size, this.#at)
  }

  /** A value with its length in front; `null` for NULL (-1). */
  value(): Buffer | null {
    const size = this.int32()
    return size === -1 ? null : this.bytes(size)
  }

  #has(size: number): boolean {
    if (this.#at + size <= this.#bytes.length) return true
    this.#short = true
    this.#at = this.#bytes.length
    return false
  }
}
