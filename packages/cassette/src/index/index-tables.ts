import type { Key64 } from '../encoding/key-hash.ts'
import { hashKey, hashTakeId } from '../encoding/key-hash.ts'
import type { Entry, EntryKeys } from '../records/entry-record.ts'
import { KeyRows } from './key-rows.ts'

/** Tables of the index in the order in which the index frame names them. Append only. */
export const tableNames = [
  /** Ordinal of the first entry of an entries frame → the frame's offset. */
  'entries',
  /** Key of a take's id → its entry's ordinal. */
  'ids',
  /** Key of the id of a take that gained something later → ordinal of the increment's entry. */
  'increments',
  /** Key of a trigger → ordinal of the take's entry. */
  'triggers',
  /** Hash of a trace id → ordinal of the take's entry. */
  'traces',
  /** Key of a call → ordinal of the entry, id of the interaction. */
  'calls',
  /** Number of the first blob of a frame → the frame's offset. */
  'blobs',
] as const
export type TableName = (typeof tableNames)[number]

/** Gathers the rows of all tables while a cassette is written, or while a torn one is scanned. */
export class IndexRows {
  readonly tables: { readonly [name in TableName]: KeyRows } = {
    entries: new KeyRows(),
    ids: new KeyRows(),
    increments: new KeyRows(),
    triggers: new KeyRows(),
    traces: new KeyRows(),
    calls: new KeyRows(),
    blobs: new KeyRows(),
  }
  /** How many entries there are: takes and increments. */
  entries = 0
  takes = 0
  /** How many blobs there are. */
  blobs = 0
  readonly #sessionId: string

  constructor(sessionId: string) {
    this.#sessionId = sessionId
  }

  /**
   * A frame that has blobs.
   * @returns Number of the first one.
   */
  addBlobs(offset: number, count: number): number {
    const first = this.blobs
    if (count > 0) this.tables.blobs.add(ordinalKey(first), offset)
    this.blobs += count
    return first
  }

  /** The entries of one frame. */
  addFrame(offset: number, entries: readonly Entry[]): void {
    if (entries.length === 0) return
    this.tables.entries.add(ordinalKey(this.entries), offset)
    for (const entry of entries) {
      const ordinal = this.entries++
      if (entry.kind === 'take') {
        this.takes++
        this.tables.ids.add(hashTakeId(this.#sessionId, entry.id), ordinal)
        if (entry.traceId !== undefined) this.tables.traces.add(hashKey(entry.traceId), ordinal)
      } else this.tables.increments.add(hashTakeId(this.#sessionId, entry.takeId), ordinal)
      this.#addKeys(ordinal, entry.keys)
    }
  }

  #addKeys(ordinal: number, keys: EntryKeys): void {
    if (isKey(keys.trigger)) this.tables.triggers.add(keys.trigger, ordinal)
    keys.calls.forEach((key, index) => {
      if (isKey(key)) this.tables.calls.add(key, ordinal, keys.interactions[index] as number)
    })
  }
}

export function ordinalKey(ordinal: number): Key64 {
  return { high: Math.floor(ordinal / 0x1_0000_0000), low: ordinal >>> 0 }
}

function isKey(key: Key64): boolean {
  return key.high !== 0 || key.low !== 0
}
