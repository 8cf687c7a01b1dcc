import { surrogateFraction } from './surrogate-fraction.ts'
import { surrogateText } from './surrogate-text.ts'

const { createCipheriv, hash } = process.getBuiltinModule('node:crypto')

const blockLength = 64

/** The last two values of base64's alphabet are written otherwise in URLs, and escaped there and elsewhere. */
const plainSextets = 62
const uuidLength = 16
/** Sextets of a UUID with the bits of version and variant in them. */
const versionSextet = 8
const variantSextet = 10
/** Longer values are not written as decimals. */
const longestDecimal = 16
/** A surrogate whose decimals are shorter or longer is made again; so often without what the value has at its ends, then with it. */
const attempts = 1000

/**
 * What stands for drawn values: values of the same length and format that follow from them and from a key. Who has not
 * got the key learns nothing of the values but their format; a value has one surrogate wherever it turns up.
 */
export class Surrogates {
  readonly #inner: Buffer
  readonly #outer: Buffer

  /** @param key 16 to 64 random bytes, made for one recording. */
  constructor(key: Uint8Array) {
    this.#inner = Buffer.alloc(blockLength, 0x36)
    this.#outer = Buffer.alloc(blockLength, 0x5c)
    key.forEach((byte, at) => {
      this.#inner[at] = 0x36 ^ byte
      this.#outer[at] = 0x5c ^ byte
    })
  }

  /**
   * Stands for random bytes; as hexadecimal, base64, UUID and decimal text it has the length of the value's own text.
   * 16 bytes with the marks of a UUID in them have the surrogate of those without: `uuid.v4()` sets them in what it drew.
   */
  bytes(value: Uint8Array): Uint8Array {
    const isUuid = value.length === uuidLength
    const seed = isUuid ? withUuidMarks(value) : value
    const wanted = decimalsOf(value)
    for (let attempt = 0; ; attempt++) {
      const stream = this.stream(`bytes ${attempt}`, seed, sextetsOf(value.length))
      // One value in thousands is so small, at one end or the other, that hardly any other is as short: it keeps 12 bits of each.
      const made = likeInBase64(value, stream, { isUuid, keepsEnds: attempt > attempts })
      if (attempt >= 2 * attempts || haveEqualLengths(wanted, decimalsOf(made))) return made
    }
  }

  /** Stands for a small value: all its bits are replaced, whatever its length. */
  smallBytes(value: Uint8Array): Uint8Array {
    return this.stream('small', value, value.length)
  }

  /** Stands for an id. What tells of the time stays, so that order does. */
  text(value: string): string {
    return surrogateText(value, this)
  }

  /** Stands for `Math.random()`: with the same leading bits (see docs/decisions/draws-and-secrets.md) and as many digits. */
  fraction(value: number): number {
    return surrogateFraction(value, this.stream('fraction', Buffer.from(String(value)), 1024))
  }

  /** Stands for a large integer: with the same leading digits, so that it stays in its range. */
  integer(value: number): number {
    const digits = String(Math.abs(value))
    const stream = this.stream('integer', Buffer.from(digits), digits.length)
    const made = Number(Array.from(digits, (digit, at) => (at < leadingDigits ? digit : String((stream[at] as number) % 10))).join(''))
    return Number.isSafeInteger(made) ? Math.sign(value) * made : value
  }

  /** Random bytes that follow from a value. */
  stream(purpose: string, value: Uint8Array, length: number): Uint8Array {
    // HMAC-SHA-256 (RFC 2104); Node's own object for it costs ten times as much to make as the hashes take.
    const inner = hash('sha256', Buffer.concat([this.#inner, Buffer.from(`${purpose}\0`), value]), 'buffer')
    const seed = hash('sha256', Buffer.concat([this.#outer, inner]), 'buffer')
    return length <= seed.length
      ? seed.subarray(0, length)
      : createCipheriv('aes-256-ctr', seed, Buffer.alloc(16)).update(Buffer.alloc(length))
  }
}

const leadingDigits = 4

export function sextetsOf(length: number): number {
  return Math.ceil((length * 8) / 6)
}

/** The six bits at a place; behind the end zeros. */
export function sextetAt(bytes: Uint8Array, index: number): number {
  const bit = index * 6
  const at = bit >> 3
  return ((((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)) >> (10 - (bit & 7))) & 0x3f
}

/** The bytes that `uuid.v4()` makes of 16 random ones (RFC 9562, section 5.4). */
function withUuidMarks(value: Uint8Array): Uint8Array {
  const marked = Uint8Array.from(value)
  marked[6] = ((marked[6] as number) & 0x0f) | 0x40
  marked[8] = ((marked[8] as number) & 0x3f) | 0x80
  return marked
}

/** What base64 writes in a special way stays, so that the length of every spelling does. */
function likeInBase64(
  value: Uint8Array,
  stream: Uint8Array,
  { isUuid, keepsEnds }: { readonly isUuid: boolean; readonly keepsEnds: boolean },
): Uint8Array {
  const made = new Uint8Array(value.length + 2)
  const last = sextetsOf(value.length) - 1
  const unused = (last + 1) * 6 - value.length * 8
  for (let index = 0; index <= last; index++) {
    const before = sextetAt(value, index)
    const isMark = isUuid && (index === versionSextet || index === variantSextet)
    const keeps = before >= plainSextets || isMark || (keepsEnds && (index < 2 || index > last - 2))
    let sextet = keeps ? before : (stream[index] as number) % plainSextets
    if (index === last) sextet = (sextet >> unused) << unused
    const bit = index * 6
    const shifted = sextet << (10 - (bit & 7))
    made[bit >> 3] = (made[bit >> 3] as number) | (shifted >> 8)
    made[(bit >> 3) + 1] = (made[(bit >> 3) + 1] as number) | (shifted & 0xff)
  }
  return made.subarray(0, value.length)
}

/** Big-endian and little-endian. */
export function decimalsOf(bytes: Uint8Array): string[] {
  if (bytes.length > longestDecimal) return []
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const bigEndian = BigInt(`0x${buffer.toString('hex')}`).toString()
  if (bytes.length > 8) return [bigEndian]
  return [bigEndian, BigInt(`0x${Buffer.from(buffer).reverse().toString('hex')}`).toString()]
}

function haveEqualLengths(wanted: readonly string[], made: readonly string[]): boolean {
  return made.every((text, at) => text.length === wanted[at]?.length)
}
