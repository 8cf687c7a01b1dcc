import { Malformed } from './malformed.ts'

/** What comes next in a payload. */
export type PayloadType = 'nil' | 'boolean' | 'number' | 'string' | 'binary' | 'array' | 'map' | 'extension'

/**
 * Reads MessagePack, driven by the schema: every value is asked for by type, so content of another shape is found at once.
 * Sizes are checked against the bytes that are left before anything is allocated. Throws {@link Malformed}, nothing else.
 */
export class PayloadReader {
  readonly #buffer: Buffer
  #position: number
  readonly #end: number

  constructor(bytes: Buffer, start = 0, end: number = bytes.length) {
    this.#buffer = bytes
    this.#position = start
    this.#end = end
  }

  get position(): number {
    return this.#position
  }

  get ended(): boolean {
    return this.#position >= this.#end
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#end - this.#position
  }

  /** Type of the value that comes next. */
  next(): PayloadType {
    const byte = this.#peek()
    if (byte < 0x80 || byte >= 0xe0 || (byte >= 0xcb && byte <= 0xd2)) return 'number'
    if (byte < 0x90 || byte === 0xde || byte === 0xdf) return 'map'
    if (byte < 0xa0 || byte === 0xdc || byte === 0xdd) return 'array'
    if (byte < 0xc0 || (byte >= 0xd9 && byte <= 0xdb)) return 'string'
    if (byte === 0xc0) return 'nil'
    if (byte === 0xc2 || byte === 0xc3) return 'boolean'
    if (byte >= 0xc4 && byte <= 0xc6) return 'binary'
    if ((byte >= 0xc7 && byte <= 0xc9) || (byte >= 0xd4 && byte <= 0xd8)) return 'extension'
    throw this.#wrong('a value of format 1')
  }

  /** Takes a nil if there is one. */
  nil(): boolean {
    if (this.#peek() !== 0xc0) return false
    this.#position++
    return true
  }

  boolean(): boolean {
    const byte = this.#peek()
    if (byte !== 0xc2 && byte !== 0xc3) throw this.#wrong('a boolean')
    this.#position++
    return byte === 0xc3
  }

  number(): number {
    const byte = this.#peek()
    if (byte < 0x80) return this.#buffer[this.#position++] as number
    if (byte >= 0xe0) return (this.#buffer[this.#position++] as number) - 0x100
    switch (byte) {
      case 0xcb:
        return this.#buffer.readDoubleBE(this.#take(9) + 1)
      case 0xcc:
        return this.#buffer.readUInt8(this.#take(2) + 1)
      case 0xcd:
        return this.#buffer.readUInt16BE(this.#take(3) + 1)
      case 0xce:
        return this.#buffer.readUInt32BE(this.#take(5) + 1)
      case 0xd0:
        return this.#buffer.readInt8(this.#take(2) + 1)
      case 0xd1:
        return this.#buffer.readInt16BE(this.#take(3) + 1)
      case 0xd2:
        return this.#buffer.readInt32BE(this.#take(5) + 1)
      default:
        throw this.#wrong('a number')
    }
  }

  /** A whole number from 0 on. */
  count(): number {
    const value = this.number()
    if (!Number.isSafeInteger(value) || value < 0) throw this.#wrong('a count')
    return value
  }

  string(): string {
    const byte = this.#peek()
    if (byte >= 0xa0 && byte < 0xc0) {
      this.#position++
      return this.#text(byte & 0x1f)
    }
    if (byte < 0xd9 || byte > 0xdb) throw this.#wrong('a string')
    return this.#text(this.#size(byte - 0xd9))
  }

  /** A view of the bytes. */
  binary(): Buffer {
    const byte = this.#peek()
    if (byte < 0xc4 || byte > 0xc6) throw this.#wrong('bytes')
    return this.raw(this.#size(byte - 0xc4))
  }

  /** An extension: its type, and a view of its content. */
  extension(): { readonly type: number; readonly content: Buffer } {
    const byte = this.#peek()
    let size: number
    if (byte >= 0xd4 && byte <= 0xd8) {
      this.#position++
      size = 1 << (byte - 0xd4)
    } else if (byte >= 0xc7 && byte <= 0xc9) size = this.#size(byte - 0xc7)
    else throw this.#wrong('an extension')
    const type = this.#buffer[this.#take(1)] as number
    return { type, content: this.raw(size) }
  }

  /** A view of the next bytes, whatever they are. */
  raw(size: number): Buffer {
    const start = this.#take(size)
    return this.#buffer.subarray(start, start + size)
  }

  /** Number of elements; each has one byte at least. */
  array(): number {
    return this.#container('an array', 0x90, 0xdc, 1)
  }

  /** Number of pairs; each has two bytes at least. */
  map(): number {
    return this.#container('a map', 0x80, 0xde, 2)
  }

  /**
   * An array that has grown with the releases.
   * @param known How many elements are read; {@link skip} takes the rest.
   * @returns How many elements there are beyond `known`.
   */
  tuple(known: number): number {
    const size = this.array()
    if (size < known) throw this.#wrong(`an array of ${known} or more`)
    return size - known
  }

  /** Passes over values that a later release added. */
  skip(values: number): void {
    let open = values
    while (open > 0) {
      open--
      switch (this.next()) {
        case 'nil':
          this.nil()
          break
        case 'boolean':
          this.boolean()
          break
        case 'number':
          this.number()
          break
        case 'string':
          this.string()
          break
        case 'binary':
          this.binary()
          break
        case 'extension':
          this.extension()
          break
        case 'array':
          open += this.array()
          break
        case 'map':
          open += this.map() * 2
          break
      }
    }
  }

  #container(what: string, short: number, long: number, least: number): number {
    const byte = this.#peek()
    let size: number
    if (byte >= short && byte < short + 16) {
      this.#position++
      size = byte - short
    } else if (byte === long) size = this.#buffer.readUInt16BE(this.#take(3) + 1)
    else if (byte === long + 1) size = this.#buffer.readUInt32BE(this.#take(5) + 1)
    else throw this.#wrong(what)
    if (size * least > this.#end - this.#position) throw this.#wrong(`${what} that fits`)
    return size
  }

  /** Reads a size of 8, 16 or 32 bits after the leading byte. */
  #size(width: number): number {
    if (width === 0) return this.#buffer.readUInt8(this.#take(2) + 1)
    if (width === 1) return this.#buffer.readUInt16BE(this.#take(3) + 1)
    return this.#buffer.readUInt32BE(this.#take(5) + 1)
  }

  #text(size: number): string {
    const start = this.#take(size)
    return this.#buffer.toString('utf8', start, start + size)
  }

  #peek(): number {
    if (this.#position >= this.#end) throw this.#wrong('more bytes')
    return this.#buffer[this.#position] as number
  }

  #take(size: number): number {
    const start = this.#position
    if (size > this.#end - start) throw this.#wrong('more bytes')
    this.#position = start + size
    return start
  }

  #wrong(expected: string): Malformed {
    return new Malformed(`expected ${expected} at byte ${this.#position} of the content`)
  }
}
