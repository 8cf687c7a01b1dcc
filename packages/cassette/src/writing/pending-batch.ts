import { encodeBatch } from '../encoding/batch.ts'
import { frameKinds, limits } from '../encoding/format.ts'
import { PayloadWriter } from '../encoding/payload-writer.ts'
import type { IndexRows } from '../index/index-tables.ts'
import type { Entry } from '../records/entry-record.ts'
import { encodeEntriesFrame } from '../records/entries-record.ts'
import { KeyNumbers } from '../records/key-numbers.ts'
import { RecordWriter } from '../records/record-writer.ts'
import { BlobShelf } from './blob-shelf.ts'
import type { FrameWriter } from './frame-writer.ts'

/** Takes and increments that wait to be written together, with the blobs that are new in them. */
export class PendingBatch {
  readonly #frames: FrameWriter
  readonly #rows: IndexRows
  readonly #shelf: BlobShelf
  readonly #out = new PayloadWriter(64 * 1024)
  readonly #records: RecordWriter
  readonly #keyNumbers = new KeyNumbers()
  #sizes: number[] = []
  #entries: Entry[] = []

  constructor(frames: FrameWriter, rows: IndexRows) {
    this.#frames = frames
    this.#rows = rows
    this.#shelf = new BlobShelf((content) => {
      const offset = frames.add(frameKinds.blob, Buffer.from(content))
      // A take may have any number of large bodies; they do not pile up here.
      frames.flush()
      return rows.addBlobs(offset, 1)
    })
    this.#records = new RecordWriter(this.#out, this.#shelf)
  }

  /**
   * Adds one record as a whole, or not at all when `write` throws.
   * @returns Bytes that wait now.
   */
  add(entry: Entry, write: (record: RecordWriter) => void): number {
    const start = this.#out.length
    const mark = this.#shelf.mark
    try {
      write(this.#records)
      if (this.#out.length - start + this.#shelf.pendingBytes > limits.frameContent / 2) {
        throw new RangeError(`a take has more than ${limits.frameContent / 2} bytes beside its large bodies`)
      }
    } catch (error) {
      this.#out.truncate(start)
      this.#shelf.takeBack(mark)
      throw error
    }
    this.#sizes.push(this.#out.length - start)
    this.#entries.push(entry)
    return this.#out.length + this.#shelf.pendingBytes
  }

  /** Writes what waits as two frames: the records, and the index entries that lead to them. */
  write(): void {
    if (this.#entries.length === 0) return
    const blobs = this.#shelf.pending()
    const batch = this.#frames.add(frameKinds.batch, encodeBatch(blobs, this.#out.view(), this.#sizes))
    const firstBlob = this.#rows.addBlobs(batch, blobs.length)
    this.#shelf.settle(firstBlob)
    const entries = this.#entries
    this.#out.truncate(0)
    this.#sizes = []
    this.#entries = []
    const first = this.#rows.entries
    const frame = encodeEntriesFrame({ batch, first, firstBlob, blobs: blobs.length, entries }, this.#keyNumbers)
    this.#rows.addFrame(this.#frames.add(frameKinds.entries, frame), entries)
  }
}
