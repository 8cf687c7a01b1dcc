import type { SessionHeader } from '@retake/core'

/** One cassette file, object or other place of bytes, as a store lists it. */
export interface StoredFile {
  /** For people and for messages: a path, a URL. */
  readonly name: string
  /** `false` when its session did not end: it has no index, and maybe a torn last frame. */
  readonly finished: boolean
}

/** Bytes that can be read anywhere. */
export interface StoredBytes {
  readonly name: string
  readonly size: number
  /** Exactly `length` bytes from `offset` on; fewer only at the end. May be a view: not to be written to. */
  read(offset: number, length: number): Buffer
  /** Frees what the store holds for it; reading is over. */
  close(): void
}

/** Takes the bytes of a cassette in order. */
export interface StoredSink {
  readonly name: string
  /**
   * Adds bytes: all of them, or none.
   * @throws RetakeError RETAKE_CASSETTE_UNWRITABLE. What was added before stays readable.
   */
  append(bytes: Uint8Array): void
  /** Makes the file last and gives it its final name, in one step. */
  commit(): void
  /** Takes back everything. */
  discard(): void
}

/**
 * Where cassettes are kept. Synchronous, because a replaying process needs its cassette before the first line of user
 * code runs: a store far away fetches what `list` names when it is made.
 */
export interface CassetteStore {
  /** Name of the whole, for messages. */
  readonly place: string
  /**
   * Everything that can be read, in a fixed order; superseded unfinished files left out.
   * @throws RetakeError RETAKE_CASSETTE_MISSING when there is nothing.
   */
  list(): { readonly files: readonly StoredFile[]; readonly warnings: readonly string[] }
  open(file: StoredFile): StoredBytes
  /** A new file for this session; no other session has or gets the same unfinished one. */
  create(session: SessionHeader): StoredSink
}
