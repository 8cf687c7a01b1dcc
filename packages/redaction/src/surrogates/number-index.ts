const smallest = 1024
/** Bits of the filter for each place: most keys that are asked for are not there. */
const filterBits = 8

/** Numbers by a hash, many under one; grows, and never forgets. */
export class NumberIndex {
  #keys: Int32Array = new Int32Array(smallest)
  /** The numbers plus one; 0 is a free place. */
  #values: Int32Array = new Int32Array(smallest)
  #filter: Int32Array = new Int32Array((smallest * filterBits) >> 5)
  #size = 0

  get size(): number {
    return this.#size
  }

  add(key: number, value: number): void {
    if (this.#size * 2 >= this.#keys.length) this.#grow()
    this.#put(key, value)
    this.#size++
  }

  /** `false` when nothing is there under a key. */
  mayHave(key: number): boolean {
    const bit = key ^ (key >>> 15)
    const filter = this.#filter
    return ((filter[(bit >>> 5) & (filter.length - 1)] as number) & (1 << (bit & 31))) !== 0
  }

  /** Place of the first number under a key or behind it; -1 when there is none. */
  first(key: number): number {
    return this.#seek(key | 0, hashed(key) & (this.#keys.length - 1))
  }

  /** Place of the next number under the same key. */
  next(key: number, place: number): number {
    return this.#seek(key | 0, (place + 1) & (this.#keys.length - 1))
  }

  at(place: number): number {
    return (this.#values[place] as number) - 1
  }

  #seek(key: number, from: number): number {
    const mask = this.#keys.length - 1
    for (let place = from; this.#values[place] !== 0; place = (place + 1) & mask) if (this.#keys[place] === key) return place
    return -1
  }

  #put(key: number, value: number): void {
    const mask = this.#keys.length - 1
    let place = hashed(key) & mask
    while (this.#values[place] !== 0) place = (place + 1) & mask
    this.#keys[place] = key
    this.#values[place] = value + 1
    const bit = key ^ (key >>> 15)
    const word = (bit >>> 5) & (this.#filter.length - 1)
    this.#filter[word] = (this.#filter[word] as number) | (1 << (bit & 31))
  }

  #grow(): void {
    const keys = this.#keys
    const values = this.#values
    this.#keys = new Int32Array(keys.length * 2)
    this.#values = new Int32Array(keys.length * 2)
    this.#filter = new Int32Array((keys.length * 2 * filterBits) >> 5)
    for (let place = 0; place < keys.length; place++) {
      if (values[place] !== 0) this.#put(keys[place] as number, (values[place] as number) - 1)
    }
  }
}

/** Spreads neighbouring numbers (the finalizer of MurmurHash3). */
function hashed(key: number): number {
  let hash = key ^ (key >>> 16)
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
