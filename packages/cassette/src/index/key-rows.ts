import type { Key64 } from '../encoding/key-hash.ts'

/**
 * Rows of an index table before they are sorted: a key and two numbers. Kept in typed arrays, 20 bytes a row, because a
 * session may write millions.
 */
export class KeyRows {
  #high = new Uint32Array(64)
  #low = new Uint32Array(64)
  #first = new Float64Array(64)
  #second = new Uint32Array(64)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** @param first Below 2^48. @param second Below 2^32. */
  add(key: Key64, first: number, second = 0): void {
    const row = this.#length++
    if (row === this.#high.length) this.#grow()
    this.#high[row] = key.high
    this.#low[row] = key.low
    this.#first[row] = first
    this.#second[row] = second
  }

  high(row: number): number {
    return this.#high[row] as number
  }

  low(row: number): number {
    return this.#low[row] as number
  }

  first(row: number): number {
    return this.#first[row] as number
  }

  second(row: number): number {
    return this.#second[row] as number
  }

  /** Rows in the order of key, first, second: a radix sort, in time proportional to the rows. */
  sorted(): Uint32Array {
    let order = new Uint32Array(this.#length)
    for (let row = 0; row < order.length; row++) order[row] = row
    let spare = new Uint32Array(this.#length)
    const columns: ((row: number) => number)[] = [
      (row) => this.#second[row] as number,
      (row) => (this.#first[row] as number) % 0x1_0000_0000,
      (row) => Math.floor((this.#first[row] as number) / 0x1_0000_0000),
      (row) => this.#low[row] as number,
      (row) => this.#high[row] as number,
    ]
    const counts = new Uint32Array(257)
    for (const column of columns) {
      for (let shift = 0; shift < 32; shift += 8) {
        counts.fill(0)
        for (const row of order) {
          const digit = ((column(row) >>> shift) & 0xff) + 1
          counts[digit] = (counts[digit] as number) + 1
        }
        // All rows have the same digit: nothing moves.
        if (counts.includes(this.#length, 1)) continue
        for (let digit = 1; digit < 257; digit++) counts[digit] = (counts[digit] as number) + (counts[digit - 1] as number)
        for (const row of order) {
          const digit = (column(row) >>> shift) & 0xff
          const place = counts[digit] as number
          spare[place] = row
          counts[digit] = place + 1
        }
        ;[order, spare] = [spare, order]
      }
    }
    return order
  }

  #grow(): void {
    const size = this.#length * 2
    const copy = <T extends Uint32Array | Float64Array>(from: T, to: T): T => {
      to.set(from)
      return to
    }
    this.#high = copy(this.#high, new Uint32Array(size))
    this.#low = copy(this.#low, new Uint32Array(size))
    this.#first = copy(this.#first, new Float64Array(size))
    this.#second = copy(this.#second, new Uint32Array(size))
  }
}
