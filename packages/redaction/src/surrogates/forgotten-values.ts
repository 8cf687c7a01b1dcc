import type { DrawnValue } from './needles.ts'
import { sextetsOf, type Surrogates } from './surrogates.ts'

/** A word that may have been drawn, and what stands for it. */
export interface ForgottenValue {
  readonly from: number
  readonly to: number
  readonly text: string
  readonly drawn: DrawnValue
}

const uuid = /(?<![\da-f])[\da-f]{8}-[\da-f]{4}-[47][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}(?![\da-f])/gi
const hexadecimal = /(?<![\da-f])(?:[\da-f]{8,}|[\dA-F]{8,})(?![\da-f])/gi
const word = /[\w+/-]{6,}/g

/**
 * Values that were drawn so long ago that nobody remembers them: of these only the lengths are known. Every word of such a length that
 * looks random is replaced as if it were one of them, the same word always by the same. So an id that was not drawn
 * may be replaced, and one that was is never left.
 */
export class ForgottenValues {
  readonly #surrogates: Surrogates
  /** Lengths in bytes. */
  readonly #bytes: Set<number> = new Set()
  /** Lengths in characters. */
  readonly #texts: Set<number> = new Set()

  constructor(surrogates: Surrogates) {
    this.#surrogates = surrogates
  }

  /** What is forgotten. */
  add(values: readonly DrawnValue[]): void {
    for (const { value } of values) {
      if (value instanceof Uint8Array) this.#bytes.add(value.length)
      else if (typeof value === 'string') this.#texts.add(value.length)
    }
  }

  /** @param known Places in which something was found: `[from, to, …]`. */
  *find(bytes: Uint8Array, known: readonly number[]): Iterable<ForgottenValue> {
    if (this.#bytes.size + this.#texts.size === 0) return
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
    const taken = [...known]
    for (const [pattern, replace] of this.#forms) {
      for (const { 0: found, index } of text.matchAll(pattern)) {
        if (overlaps(taken, index, index + found.length)) continue
        const replacement = replace(found)
        if (replacement === undefined) continue
        taken.push(index, index + found.length)
        const drawn: DrawnValue = { kind: 'id', value: found, replacement: () => replacement }
        yield { from: index, to: index + found.length, text: replacement, drawn }
      }
    }
  }

  readonly #forms: readonly (readonly [RegExp, (found: string) => string | undefined])[] = [
    [uuid, (found) => (this.#texts.has(found.length) || this.#bytes.has(16) ? this.#surrogates.text(found) : undefined)],
    [hexadecimal, (found) => this.#hexadecimal(found)],
    [word, (found) => this.#word(found)],
  ]

  #hexadecimal(found: string): string | undefined {
    if (found.length % 2 === 1 || !this.#bytes.has(found.length / 2)) return undefined
    const made = Buffer.from(this.#surrogates.bytes(Buffer.from(found, 'hex'))).toString('hex')
    return /[A-F]/.test(found) ? made.toUpperCase() : made
  }

  #word(found: string): string | undefined {
    if (!looksDrawn(found)) return undefined
    for (const length of this.#bytes) {
      if (sextetsOf(length) !== found.length) continue
      const bytes = Buffer.from(found, 'base64')
      if (bytes.length === length)
        return Buffer.from(this.#surrogates.bytes(bytes))
          .toString(/[-_]/.test(found) ? 'base64url' : 'base64')
          .slice(0, found.length)
    }
    return this.#texts.has(found.length) ? this.#surrogates.text(found) : undefined
  }
}

function overlaps(taken: readonly number[], from: number, to: number): boolean {
  for (let at = 0; at < taken.length; at += 2) if (from < (taken[at + 1] as number) && to > (taken[at] as number)) return true
  return false
}

/** Letters and digits mixed, as words do not have them. */
function looksDrawn(text: string): boolean {
  return /\d/.test(text) && /[a-z]/i.test(text)
}
