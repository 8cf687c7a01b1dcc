/**
 * Remembers what came lately, in two generations: what is asked for again stays, the rest is forgotten without a walk. (One
 * map that forgets its oldest entry is slow: V8 walks over all entries deleted before to find the first.)
 */
export class Recent<Key, Value> {
  readonly #room: number
  #young: Map<Key, Value> = new Map()
  #old: ReadonlyMap<Key, Value> = new Map()

  /** @param room Of one generation. */
  constructor(room: number) {
    this.#room = room
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#room) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }
}
