/** Bytes that wait for the rest of what they belong to. Appending one byte at a time stays linear. */
export class PendingBytes {
  #store = new Uint8Array(0)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** What is there. Valid until the next `append`. */
  get bytes(): Uint8Array {
    return this.#store.subarray(0, this.#length)
  }

  append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length
    if (needed > this.#store.length) {
      const larger = new Uint8Array(Math.max(needed, this.#store.length * 2, 256))
      larger.set(this.bytes)
      this.#store = larger
    }
    this.#store.set(bytes, this.#length)
    this.#length = needed
  }

  /** Hands over what is there and starts anew. */
  take(): Uint8Array {
    const taken = this.bytes
    this.#store = new Uint8Array(0)
    this.#length = 0
    return taken
  }
}
