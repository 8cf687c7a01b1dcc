import type { Key64 } from '../encoding/key-hash.ts'
import { noKey } from '../encoding/key-hash.ts'
import { Malformed } from '../encoding/malformed.ts'

/** More different keys than this are written in full each time; the count bounds memory, not the file. */
const mostNumbers = 65_536

/**
 * Keys of a file by the order of their first appearance. Eight random bytes do not compress, and an app asks the same
 * things again: a key is written in full once, and by its number afterwards. Whoever reads all entries in their order
 * counts along; nobody else needs the keys of an entry.
 */
export class KeyNumbers {
  readonly #numbers = new Map<bigint, number>()
  readonly #keys: Key64[] = []

  /** Number of a key that was written before; `undefined` for a new one, which gets the next number. */
  write(key: Key64): number | undefined {
    const bits = (BigInt(key.high) << 32n) | BigInt(key.low)
    const number = this.#numbers.get(bits)
    if (number === undefined && this.#numbers.size < mostNumbers) this.#numbers.set(bits, this.#numbers.size)
    return number
  }

  /** Takes note of a key that was read in full. */
  readNew(key: Key64): void {
    if (this.#keys.length < mostNumbers) this.#keys.push(key)
  }

  /** @throws Malformed when no key had that number. */
  read(number: number): Key64 {
    const key = this.#keys[number]
    if (key === undefined) throw new Malformed(`no key has the number ${number}`)
    return key
  }
}

/** Passes numbers over: for readers that want entries without keys. */
export const unknownKeys: Pick<KeyNumbers, 'read' | 'readNew'> = { read: () => noKey, readNew: () => undefined }
