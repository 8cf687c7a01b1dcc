import type { Key64 } from '../encoding/key-hash.ts'
import { compareKeys } from '../encoding/key-hash.ts'
import type { KeyRow } from './key-page.ts'

/** Pages of a sorted table, wherever they are. */
export interface PageSource {
  readonly pages: number
  /** Key of a page's first row. */
  firstKey(page: number): Key64
  rows(page: number): readonly KeyRow[]
}

/** Looks keys up in a sorted table: reads a logarithm of its pages, and keeps none. */
export class KeyTable {
  readonly #source: PageSource

  constructor(source: PageSource) {
    this.#source = source
  }

  /** All rows of a key, in the order of their numbers. */
  find(key: Key64): KeyRow[] {
    const found: KeyRow[] = []
    // Rows of one key may begin at the end of a page and go on over several.
    for (let page = Math.max(0, this.#firstPageFrom(key) - 1); page < this.#source.pages; page++) {
      for (const row of this.#source.rows(page)) {
        const order = compareKeys(row, key)
        if (order > 0) return found
        if (order === 0) found.push(row)
      }
    }
    return found
  }

  /** The last row whose key is not greater. */
  floor(key: Key64): KeyRow | undefined {
    const next = this.#firstPageFrom(key)
    const start = next < this.#source.pages && compareKeys(this.#source.firstKey(next), key) === 0 ? next : next - 1
    let last: KeyRow | undefined
    for (const row of start < 0 ? [] : this.#source.rows(start)) {
      if (compareKeys(row, key) > 0) break
      last = row
    }
    return last
  }

  /** Number of the first page whose first key is not smaller; the number of pages when there is none. */
  #firstPageFrom(key: Key64): number {
    let low = 0
    let high = this.#source.pages
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareKeys(this.#source.firstKey(middle), key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
