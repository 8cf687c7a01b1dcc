import { corrupt, newer, readingAt } from '../cassette-error.ts'
import { firstSkippableKind, frameKinds, sizes } from '../encoding/format.ts'
import { readFrameHead } from '../encoding/frame.ts'
import { Malformed } from '../encoding/malformed.ts'
import { IndexRows, tableNames } from '../index/index-tables.ts'
import type { TableName } from '../index/index-tables.ts'
import { encodePages, firstKeyOf, readPage } from '../index/key-page.ts'
import type { PageSource } from '../index/key-table.ts'
import { readEntriesFrame } from '../records/entries-record.ts'
import { KeyNumbers } from '../records/key-numbers.ts'
import type { FrameReader } from './frame-reader.ts'

/** The index of a file that has none of its own. */
export interface RecoveredIndex {
  readonly takes: number
  readonly entries: number
  readonly tables: { readonly [name in TableName]: PageSource }
  readonly facts: readonly number[]
  /** Where the last whole frame ends. */
  readonly end: number
}

/**
 * Reads a file without footer frame by frame, and builds the index that its writer did not come to.
 * @throws RetakeError RETAKE_CASSETTE_CORRUPT when a frame is damaged and sound ones follow it: that is no torn end.
 */
export function recoverIndex(frames: FrameReader, sessionId: string): RecoveredIndex {
  const rows = new IndexRows(sessionId)
  const keys = new KeyNumbers()
  const facts: number[] = []
  let offset: number = sizes.fileHeader
  for (;;) {
    const stored = frames.stored(offset)
    if (stored === undefined) break
    const { kind } = readFrameHead(stored.head)
    if (kind === frameKinds.entries) addEntries(frames, offset, rows, keys)
    else if (kind === frameKinds.blob) rows.addBlobs(offset, 1)
    else if (kind === frameKinds.facts) facts.push(offset)
    else if (kind > frameKinds.index && kind < firstSkippableKind) throw newer(frames.bytes.name, `has a frame of kind ${kind}`)
    offset = stored.end
  }
  refuseHole(frames, offset)
  const tables = {} as { [name in TableName]: PageSource }
  for (const name of tableNames) tables[name] = pagesInMemory(encodePages(rows.tables[name]))
  return { takes: rows.takes, entries: rows.entries, tables, facts, end: offset }
}

function addEntries(frames: FrameReader, offset: number, rows: IndexRows, keys: KeyNumbers): void {
  const { content } = frames.read(offset, frameKinds.entries)
  readingAt(frames.bytes.name, offset, () => {
    const { batch, first, firstBlob, blobs, entries } = readEntriesFrame(content, offset, keys)
    if (first !== rows.entries || firstBlob !== rows.blobs)
      throw new Malformed(`index entries begin at ${first} instead of ${rows.entries}`)
    rows.addBlobs(batch, blobs)
    rows.addFrame(offset, entries)
  })
}

/** A torn end is the last thing in a file. A frame that ends within the file and is followed by a sound one was damaged. */
function refuseHole(frames: FrameReader, offset: number): void {
  const { bytes } = frames
  if (offset > bytes.size - sizes.frameHeader) return
  const end = offset + sizes.frameHeader + readFrameHead(bytes.read(offset, sizes.frameHeader)).storedSize
  if (frames.stored(end) !== undefined) throw corrupt(bytes.name, offset, 'the checksum of a frame does not fit')
}

function pagesInMemory(pages: readonly Buffer[]): PageSource {
  return {
    pages: pages.length,
    firstKey: (page) => firstKeyOf(pages[page] as Buffer),
    rows: (page) => readPage(pages[page] as Buffer),
  }
}
