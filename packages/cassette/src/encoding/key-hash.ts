/** A key of an index table: 64 bits in two halves, because BigInt arithmetic is ten times slower. */
export interface Key64 {
  readonly high: number
  readonly low: number
}

const { hash } = process.getBuiltinModule('node:crypto')

/** Marks "no key" in an entry; never the hash of one. */
export const noKey: Key64 = { high: 0, low: 0 }

/** The first 64 bits of a key's SHA-256. */
export function hashKey(key: string): Key64 {
  const digest = hash('sha256', key, 'buffer')
  const high = digest.readUInt32BE(0)
  const low = digest.readUInt32BE(4)
  return high === 0 && low === 0 ? { high: 0, low: 1 } : { high, low }
}

/** Keys and their hashes that are remembered at a time; longer keys are not. */
const remembered = { count: 4096, length: 4096 }

/** {@link hashKey} for keys that come again and again: a service is asked the same few things, and a hash takes longer than a look-up. */
export class KeyHashes {
  readonly #known = new Map<string, Key64>()

  of(key: string): Key64 {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const hashed = hashKey(key)
    if (key.length > remembered.length) return hashed
    if (this.#known.size >= remembered.count) this.#known.clear()
    this.#known.set(key, hashed)
    return hashed
  }
}

/** Content hash of a blob; long enough that two different contents never share one, whoever made them. */
export function hashContent(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'binary')
}

/**
 * Key of a take's id: its number where the id has the session's own form (dense numbers make a small table), otherwise
 * a hash with its top bit set, which no number has.
 */
export function hashTakeId(sessionId: string, id: string): Key64 {
  if (id.startsWith(sessionId) && id[sessionId.length] === '-') {
    const digits = id.slice(sessionId.length + 1)
    const number = Number(digits)
    if (Number.isInteger(number) && number >= 0 && number <= 0xffff_ffff && String(number) === digits) return { high: 0, low: number }
  }
  const { high, low } = hashKey(id)
  return { high: (high | 0x8000_0000) >>> 0, low }
}

export function compareKeys(a: Key64, b: Key64): number {
  return a.high === b.high ? a.low - b.low : a.high - b.high
}
