import { closeSync, fsyncSync, ftruncateSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { unwritable } from '../cassette-error.ts'
import type { StoredSink } from './cassette-store.ts'

/** Writes under a temporary name, and renames at the end: a cassette that was there before stays whole until then. */
export class FileSink implements StoredSink {
  readonly name: string
  readonly #partial: string
  readonly #final: string
  readonly #descriptor: number
  readonly #committed: () => void
  #size = 0

  /** @param committed Called after the file got its final name. */
  constructor(paths: { readonly partial: string; readonly final: string }, committed: () => void) {
    this.#partial = this.name = paths.partial
    this.#final = paths.final
    this.#committed = committed
    try {
      this.#descriptor = openSync(paths.partial, 'wx', 0o644)
    } catch (error) {
      throw unwritable(paths.partial, 'cannot be created', error)
    }
  }

  append(bytes: Uint8Array): void {
    let done = 0
    try {
      while (done < bytes.length) done += writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#size + done)
    } catch (error) {
      // A disk that fills up takes the first part of a write; what is left must end with a whole frame.
      this.#cutBack()
      throw unwritable(this.#partial, 'cannot be written', error)
    }
    this.#size += done
  }

  commit(): void {
    try {
      fsyncSync(this.#descriptor)
      closeSync(this.#descriptor)
      renameSync(this.#partial, this.#final)
    } catch (error) {
      throw unwritable(this.#final, 'cannot be finished', error)
    }
    syncDirectory(dirname(this.#final))
    this.#committed()
  }

  discard(): void {
    try {
      closeSync(this.#descriptor)
      unlinkSync(this.#partial)
    } catch {
      // Gone already, which is what was wanted.
    }
  }

  #cutBack(): void {
    try {
      ftruncateSync(this.#descriptor, this.#size)
    } catch {
      // The reader leaves a torn frame out.
    }
  }
}

/** Makes a rename last. Windows cannot open directories, and does not need it. */
function syncDirectory(path: string): void {
  try {
    const descriptor = openSync(path, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    // Some file systems refuse; the file itself is safe.
  }
}
