/** Keeps what was used last, up to a weight. */
export class WeightedCache<K, V> {
  readonly #limit: number
  readonly #entries = new Map<K, { readonly value: V; readonly weight: number }>()
  #weight = 0
  /** The last key of the map. */
  #newest: K | undefined

  /** @param limit Weight of all values together; one value alone may be heavier. */
  constructor(limit: number) {
    this.#limit = limit
  }

  get weight(): number {
    return this.#weight
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (key !== this.#newest) {
      this.#entries.delete(key)
      this.#entries.set(key, entry)
      this.#newest = key
    }
    return entry.value
  }

  set(key: K, value: V, weight: number): void {
    this.#entries.set(key, { value, weight })
    this.#newest = key
    this.#weight += weight
    for (const [oldest, entry] of this.#entries) {
      if (this.#weight <= this.#limit || oldest === key) break
      this.#entries.delete(oldest)
      this.#weight -= entry.weight
    }
  }
}
