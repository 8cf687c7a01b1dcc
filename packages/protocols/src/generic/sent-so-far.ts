import type { Hash } from 'node:crypto'
import { BodyCollector, newSha256 } from '../payload/collected-body.ts'

/** What the client has sent in the exchange under way. */
export class SentSoFar {
  readonly #body = new BodyCollector()
  readonly #hash: Hash = newSha256()

  get length(): number {
    return this.#body.length
  }

  add(bytes: Uint8Array): void {
    this.#body.add(bytes)
    this.#body.own()
    this.#hash.update(bytes)
  }

  collected(): ReturnType<BodyCollector['collected']> {
    return this.#body.collected()
  }

  /**
   * Name of a fact about this much of the exchange: that the client `writes on` without waiting for an answer (up to how many bytes in all), or
   * that it `ends` here. The check is short on purpose: the bytes may be a password, and a longer one would tell a good guess from a bad one.
   */
  factName(what: 'writes on' | 'ends', position: number): string {
    return `${what} ${position} ${this.length} ${this.#hash.copy().digest('hex').slice(0, 4)}`
  }
}
