import type { Hash } from 'node:crypto'

/** A short name for a text that is too long to be one: 96 bits of SHA-256 in hexadecimal. */
export function fingerprint(...parts: readonly string[]): string {
  const hash = sha256()
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex').slice(0, 24)
}

/** SHA-256 over a stream of data. */
export class DataDigest {
  readonly #hash: Hash = sha256()
  bytes = 0

  update(data: Uint8Array): void {
    this.#hash.update(data)
    this.bytes += data.length
  }

  /** Ends it. */
  hex(): string {
    return this.#hash.digest('hex')
  }
}

// Not imported: node:crypto is patched for its randomness, and must not be loaded before it is.
function sha256(): Hash {
  return process.getBuiltinModule('node:crypto').createHash('sha256')
}
