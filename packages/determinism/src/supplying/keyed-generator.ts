const { createCipheriv, createHash } = process.getBuiltinModule('node:crypto')

/**
 * An endless stream of bytes that depends on nothing but its key: AES-256 in counter mode over zeros, keyed by the hash
 * of the names. What it makes is as random as the real thing, and the same in every run.
 */
export class KeyedGenerator {
  readonly #cipher: ReturnType<typeof createCipheriv>

  /** @param names What the stream is for: cassette, take, kind. */
  constructor(names: readonly string[]) {
    const key = createHash('sha256').update(JSON.stringify(names)).digest()
    this.#cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  }

  bytes(size: number): Buffer {
    return this.#cipher.update(Buffer.alloc(size))
  }

  /** [0, 1), with 53 bits, as `Math.random`. */
  fraction(): number {
    const bytes = this.bytes(8)
    return (bytes.readUInt32LE(0) * 0x200000 + (bytes.readUInt32LE(4) >>> 11)) / 2 ** 53
  }

  /** An integer of 48 bits, the widest range that `crypto.randomInt` serves. */
  integer(): number {
    return this.bytes(6).readUIntLE(0, 6)
  }

  /**
   * A UUID (RFC 9562).
   * @param version 4, or 7 with the time in its first 48 bits.
   * @param time ms since the epoch, for version 7.
   */
  uuid(version: 4 | 7, time: number = 0): string {
    const bytes = this.bytes(16)
    if (version === 7) bytes.writeUIntBE(time, 0, 6)
    bytes[6] = (bytes[6]! & 0x0f) | (version << 4)
    bytes[8] = (bytes[8]! & 0x3f) | 0x80
    const hex = bytes.toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  }

  /** A text of the form of another: digits become digits, letters letters of the same case; in hexadecimal texts hexadecimal ones. */
  like(pattern: string): string {
    const hexadecimal = /^[\da-f-]+$/i.test(pattern)
    const random = this.bytes(pattern.length)
    let text = ''
    for (let index = 0; index < pattern.length; index++) {
      text += replacement(pattern[index]!, random[index]!, hexadecimal)
    }
    return text
  }
}

function replacement(character: string, random: number, hexadecimal: boolean): string {
  if (/\d/.test(character)) return String(random % 10)
  if (/[a-z]/.test(character)) return String.fromCharCode(97 + (random % (hexadecimal ? 6 : 26)))
  if (/[A-Z]/.test(character)) return String.fromCharCode(65 + (random % (hexadecimal ? 6 : 26)))
  return character
}
