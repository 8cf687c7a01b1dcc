const initialSize = 4096

/**
 * Writes MessagePack, driven by the schema: no intermediate objects, one growing buffer. Only the smallest form of each
 * value is written, so that equal content has equal bytes on every machine.
 */
export class PayloadWriter {
  #buffer: Buffer
  #length = 0

  constructor(size: number = initialSize) {
    this.#buffer = Buffer.allocUnsafeSlow(size)
  }

  get length(): number {
    return this.#length
  }

  /** Forgets what was written from `length` on. */
  truncate(length: number): void {
    this.#length = length
  }

  /** What was written from `start` on: a view that the next write may change. */
  view(start = 0): Buffer {
    return this.#buffer.subarray(start, this.#length)
  }

  /** A copy of what was written from `start` on. */
  copy(start = 0): Buffer {
    return Buffer.from(this.view(start))
  }

  nil(): void {
    this.#byte(0xc0)
  }

  boolean(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2)
  }

  /** Any number: safe integers up to 32 bits short, everything else (also -0, NaN and infinities) as 64-bit float. */
  number(value: number): void {
    if (value >= -0x8000_0000 && value <= 0xffff_ffff && Number.isInteger(value) && !Object.is(value, -0)) return this.#integer(value)
    this.#reserve(9)
    this.#buffer[this.#length++] = 0xcb
    this.#length = this.#buffer.writeDoubleBE(value, this.#length)
  }

  /** A well-formed string as UTF-8. */
  string(value: string): void {
    if (value.length < 32 && this.#ascii(value)) return
    const size = Buffer.byteLength(value)
    this.#reserve(size + 5)
    const buffer = this.#buffer
    if (size < 32) buffer[this.#length++] = 0xa0 | size
    else this.#sized(0xd9, size)
    buffer.write(value, this.#length, size, 'utf8')
    this.#length += size
  }

  /** Short ASCII is most of what is written, and a call of Node's costs more than its few bytes. */
  #ascii(value: string): boolean {
    this.#reserve(value.length + 1)
    const buffer = this.#buffer
    let at = this.#length
    buffer[at++] = 0xa0 | value.length
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index)
      if (code > 0x7f) return false
      buffer[at++] = code
    }
    this.#length = at
    return true
  }

  binary(value: Uint8Array): void {
    this.#reserve(value.length + 5)
    this.#sized(0xc4, value.length)
    this.#buffer.set(value, this.#length)
    this.#length += value.length
  }

  /** Header of an extension whose content is written with {@link raw}. */
  extension(type: number, size: number): void {
    this.#reserve(6)
    const fixed = size === 1 ? 0xd4 : size === 2 ? 0xd5 : size === 4 ? 0xd6 : size === 8 ? 0xd7 : size === 16 ? 0xd8 : 0
    if (fixed === 0) this.#sized(0xc7, size)
    else this.#buffer[this.#length++] = fixed
    this.#buffer[this.#length++] = type
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  array(size: number): void {
    this.#container(size, 0x90, 0xdc)
  }

  map(size: number): void {
    this.#container(size, 0x80, 0xde)
  }

  #byte(value: number): void {
    this.#reserve(1)
    this.#buffer[this.#length++] = value
  }

  #container(size: number, short: number, long: number): void {
    this.#reserve(5)
    if (size < 16) this.#buffer[this.#length++] = short | size
    else if (size < 0x1_0000) {
      this.#buffer[this.#length++] = long
      this.#length = this.#buffer.writeUInt16BE(size, this.#length)
    } else {
      this.#buffer[this.#length++] = long + 1
      this.#length = this.#buffer.writeUInt32BE(size, this.#length)
    }
  }

  /** `first`, `first + 1` or `first + 2`, and the size in 8, 16 or 32 bits. */
  #sized(first: number, size: number): void {
    const buffer = this.#buffer
    if (size < 0x100) {
      buffer[this.#length++] = first
      buffer[this.#length++] = size
    } else if (size < 0x1_0000) {
      buffer[this.#length++] = first + 1
      this.#length = buffer.writeUInt16BE(size, this.#length)
    } else {
      buffer[this.#length++] = first + 2
      this.#length = buffer.writeUInt32BE(size, this.#length)
    }
  }

  #integer(value: number): void {
    this.#reserve(5)
    const buffer = this.#buffer
    if (value >= 0) {
      if (value < 0x80) buffer[this.#length++] = value
      else this.#sized(0xcc, value)
    } else if (value >= -0x20) buffer[this.#length++] = value & 0xff
    else if (value >= -0x80) {
      buffer[this.#length++] = 0xd0
      buffer[this.#length++] = value & 0xff
    } else if (value >= -0x8000) {
      buffer[this.#length++] = 0xd1
      this.#length = buffer.writeInt16BE(value, this.#length)
    } else {
      buffer[this.#length++] = 0xd2
      this.#length = buffer.writeInt32BE(value, this.#length)
    }
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#buffer.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2))
    this.#buffer.copy(grown, 0, 0, this.#length)
    this.#buffer = grown
  }
}
