import { Malformed } from '../encoding/malformed.ts'
import { PayloadReader } from '../encoding/payload-reader.ts'
import { PayloadWriter } from '../encoding/payload-writer.ts'
import type { Entry } from './entry-record.ts'
import { readEntry, writeEntry } from './entry-record.ts'
import type { KeyNumbers } from './key-numbers.ts'
import type { BlobSource } from './record-reader.ts'
import { RecordReader } from './record-reader.ts'
import { RecordWriter } from './record-writer.ts'

/** Content of an entries frame. */
export interface EntriesFrame {
  /** Offset of the batch; entry `i` belongs to its record `i`. */
  readonly batch: number
  /** Ordinal of the first entry in the file. */
  readonly first: number
  /** Number of the batch's first blob in the file. */
  readonly firstBlob: number
  /** How many blobs the batch has. */
  readonly blobs: number
  readonly entries: readonly Entry[]
}

/** For records that stand alone. */
export const noBlobs: BlobSource = {
  find: () => {
    throw new Malformed('a record that stands alone refers to a blob')
  },
}

/** Entries stand alone: whoever scans them reads no other frame for their texts. */
export function encodeEntriesFrame(frame: EntriesFrame, keys: KeyNumbers): Buffer {
  const out = new PayloadWriter()
  const record = new RecordWriter(out, undefined)
  out.array(5)
  out.number(frame.batch)
  out.number(frame.first)
  out.number(frame.firstBlob)
  out.number(frame.blobs)
  out.array(frame.entries.length)
  for (const entry of frame.entries) writeEntry(record, entry, keys)
  return out.copy()
}

/**
 * @param offset Of the frame: its batch stands before it.
 * @throws Malformed
 */
export function readEntriesFrame(content: Buffer, offset: number, keys: Pick<KeyNumbers, 'read' | 'readNew'>): EntriesFrame {
  const record = new RecordReader(new PayloadReader(content), noBlobs, offset)
  const more = record.in.tuple(5)
  const head = { batch: record.in.count(), first: record.in.count(), firstBlob: record.in.count(), blobs: record.in.count() }
  const entries = Array.from({ length: record.in.array() }, () => readEntry(record, keys))
  record.in.skip(more)
  if (head.batch >= offset) throw new Malformed('index entries stand before their batch')
  return { ...head, entries }
}
