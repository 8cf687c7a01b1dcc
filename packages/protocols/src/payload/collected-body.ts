import type { Hash } from 'node:crypto'

/** Up to this length a body is kept whole, bytes; of longer ones only hash and length are kept. */
export const wholeBodyLimit: number = 8 * 1024 * 1024

/** A request's body without its transfer coding. */
export type CollectedBody = { readonly bytes: Uint8Array } | { readonly sha256: string; readonly length: number }

/** Gathers a body of any length in bounded memory. */
export class BodyCollector {
  #pieces: Uint8Array[] = []
  /** Pieces from this index on are views into bytes that belong to somebody else. */
  #borrowedFrom = 0
  #length = 0
  #hash: Hash | undefined

  /** Bytes so far. */
  get length(): number {
    return this.#length
  }

  /** Adds a view; `own` must be called before the bytes under it may change. */
  add(bytes: Uint8Array): void {
    this.#length += bytes.length
    if (this.#hash !== undefined) {
      this.#hash.update(bytes)
      return
    }
    this.#pieces.push(bytes)
    if (this.#length <= wholeBodyLimit) return
    this.#hash = newSha256()
    for (const piece of this.#pieces) this.#hash.update(piece)
    this.#pieces = []
    this.#borrowedFrom = 0
  }

  /** Copies what is only borrowed. */
  own(): void {
    for (; this.#borrowedFrom < this.#pieces.length; this.#borrowedFrom++) {
      this.#pieces[this.#borrowedFrom] = (this.#pieces[this.#borrowedFrom] as Uint8Array).slice()
    }
  }

  /** The whole; may still be a view where nothing had to be joined. */
  collected(): CollectedBody {
    if (this.#hash !== undefined) return { sha256: this.#hash.copy().digest('hex'), length: this.#length }
    if (this.#pieces.length === 1) return { bytes: this.#pieces[0] as Uint8Array }
    const bytes = new Uint8Array(this.#length)
    let at = 0
    for (const piece of this.#pieces) {
      bytes.set(piece, at)
      at += piece.length
    }
    return { bytes }
  }

  /** SHA-256 of what came so far, hex. */
  sha256(): string {
    if (this.#hash !== undefined) return this.#hash.copy().digest('hex')
    const hash = newSha256()
    for (const piece of this.#pieces) hash.update(piece)
    return hash.digest('hex')
  }
}

/** SHA-256, hex. */
export function sha256(bytes: Uint8Array | string): string {
  return newSha256().update(bytes).digest('hex')
}

export function newSha256(): Hash {
  return process.getBuiltinModule('node:crypto').createHash('sha256')
}
