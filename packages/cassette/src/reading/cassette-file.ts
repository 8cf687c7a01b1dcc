import type { SessionCounts, SessionHeader, Take } from '@retake/core'
import { corrupt, readingAt } from '../cassette-error.ts'
import type { BatchLayout } from '../encoding/batch.ts'
import { partOf, readBatchLayout } from '../encoding/batch.ts'
import { checkFileHeader, readFooter } from '../encoding/file-header.ts'
import { frameKinds, sizes } from '../encoding/format.ts'
import { hashKey, hashTakeId } from '../encoding/key-hash.ts'
import { Malformed } from '../encoding/malformed.ts'
import { PayloadReader } from '../encoding/payload-reader.ts'
import type { TablePlace } from '../index/index-record.ts'
import { readIndexRoot } from '../index/index-record.ts'
import type { TableName } from '../index/index-tables.ts'
import { ordinalKey, tableNames } from '../index/index-tables.ts'
import { firstKeyOf, readPage } from '../index/key-page.ts'
import type { PageSource } from '../index/key-table.ts'
import { KeyTable } from '../index/key-table.ts'
import { isNear, referenceTarget } from '../records/blob-reference.ts'
import type { Entry, IncrementEntry, TakeEntry } from '../records/entry-record.ts'
import type { EntriesFrame } from '../records/entries-record.ts'
import { noBlobs, readEntriesFrame } from '../records/entries-record.ts'
import type { ConnectionFact } from '../records/fact-record.ts'
import { readFact } from '../records/fact-record.ts'
import { unknownKeys } from '../records/key-numbers.ts'
import type { BlobSource, SharedRecords } from '../records/record-reader.ts'
import { RecordReader } from '../records/record-reader.ts'
import { readSession } from '../records/session-record.ts'
import { mergeIncrements, readIncrement, readTake } from '../records/take-record.ts'
import type { StoredBytes } from '../stores/cassette-store.ts'
import type { Frame } from './frame-reader.ts'
import { FrameReader } from './frame-reader.ts'
import { recoverIndex } from './recovery.ts'

/** An entry and the record that it stands for. */
interface Located<E extends Entry = Entry> {
  readonly ordinal: number
  readonly entry: E
  readonly batch: number
  readonly record: number
}

/** One file: one session. Reads only what is asked for. */
export class CassetteFile {
  readonly name: string
  readonly session: SessionHeader
  /** `undefined` when the session did not end. */
  readonly counts: SessionCounts | undefined
  /** How many takes there are. */
  readonly takes: number
  /** Its writer had finished it, and its end is not there any more. */
  readonly isCutShort: boolean
  /** What was lost. */
  readonly warnings: readonly string[]
  readonly #frames: FrameReader
  readonly #entries: number
  readonly #tables: { readonly [name in TableName]: KeyTable }
  readonly #factFrames: readonly number[]
  readonly #hasIncrements: boolean

  /** @throws RetakeError RETAKE_CASSETTE_FOREIGN, _VERSION or _CORRUPT. */
  constructor(bytes: StoredBytes) {
    this.name = bytes.name
    checkFileHeader(bytes.name, bytes.read(0, sizes.fileHeader))
    this.#frames = new FrameReader(bytes)
    this.session = this.#frames.parsed(sizes.fileHeader, frameKinds.session, (frame) => readSession(standingAlone(frame)))
    const root = readFooter(bytes.read(bytes.size - sizes.footer, sizes.footer), bytes.size)
    this.isCutShort = root === undefined && isFinished(bytes.name)
    let pages: { readonly [name in TableName]: PageSource }
    if (root === undefined) {
      const recovered = recoverIndex(this.#frames, this.session.id)
      this.counts = undefined
      this.takes = recovered.takes
      this.#entries = recovered.entries
      this.#factFrames = recovered.facts
      this.warnings = [tornWarning(bytes, recovered.takes, recovered.end)]
      pages = recovered.tables
    } else {
      const index = this.#frames.parsed(root, frameKinds.index, (frame) => readIndexRoot(standingAlone(frame)))
      this.counts = index.counts
      this.takes = index.takes
      this.#entries = index.entries
      this.#factFrames = index.facts
      this.warnings = []
      pages = mapTables((name) => pagesInFile(this.#frames, index.tables[name], root))
    }
    this.#tables = mapTables((name) => new KeyTable(pages[name]))
    this.#hasIncrements = pages.increments.pages > 0
  }

  close(): void {
    this.#frames.bytes.close()
  }

  /** Entries of all takes, in the order of writing, each with its increments. */
  *takeEntries(): Generator<{ readonly take: TakeEntry; readonly increments: readonly IncrementEntry[] }> {
    for (let ordinal = 0; ordinal < this.#entries; ordinal++) {
      const { entry } = this.#locate(ordinal)
      if (entry.kind === 'take') yield { take: entry, increments: this.#increments(entry.id).map((increment) => increment.entry) }
    }
  }

  takeEntry(id: string): { readonly take: TakeEntry; readonly increments: readonly IncrementEntry[] } | undefined {
    const take = this.#take(id)
    return take && { take: take.entry, increments: this.#increments(id).map((increment) => increment.entry) }
  }

  /** Reads a take with all its increments; `undefined` when this file does not have it. */
  take(id: string): Take | undefined {
    const located = this.#take(id)
    if (located === undefined) return undefined
    const known: SharedRecords = new Map()
    const take = this.#record(located, readTake, known)
    const increments = this.#increments(id)
    return increments.length === 0
      ? take
      : mergeIncrements(
          take,
          increments.map((increment) => this.#record(increment, readIncrement, known)),
        )
  }

  /** Ids of the takes with this trigger key. */
  takesByTrigger(key: string): string[] {
    return [...new Set(this.#tables.triggers.find(hashKey(key)).map((row) => takeIdOf(this.#locate(row.first).entry)))]
  }

  /** Ids of the takes with this trace id. */
  takesByTrace(traceId: string): string[] {
    const ids: string[] = []
    for (const row of this.#tables.traces.find(hashKey(traceId))) {
      const { entry } = this.#locate(row.first)
      if (entry.kind === 'take' && entry.traceId === traceId) ids.push(entry.id)
    }
    return ids
  }

  /** Interactions with this call key, in the order of writing. */
  callsByKey(key: string): { readonly takeId: string; readonly interaction: number }[] {
    const calls: { takeId: string; interaction: number }[] = []
    const seen = this.#hasIncrements ? new Set<string>() : undefined
    let ordinal = -1
    let takeId = ''
    for (const { first, second } of this.#tables.calls.find(hashKey(key))) {
      if (first !== ordinal) takeId = takeIdOf(this.#locate((ordinal = first)).entry)
      if (seen?.has(`${second} ${takeId}`)) continue
      seen?.add(`${second} ${takeId}`)
      calls.push({ takeId, interaction: second })
    }
    return calls
  }

  /** All facts, in the order of writing. */
  facts(): ConnectionFact[] {
    return this.#factFrames.flatMap((offset) =>
      this.#frames.parsed(offset, frameKinds.facts, (frame) => {
        const record = standingAlone(frame)
        const facts: ConnectionFact[] = []
        while (!record.in.ended) facts.push(readFact(record))
        return facts
      }),
    )
  }

  #take(id: string): Located<TakeEntry> | undefined {
    for (const row of this.#tables.ids.find(hashTakeId(this.session.id, id))) {
      const { entry, ...place } = this.#locate(row.first)
      if (entry.kind === 'take' && entry.id === id) return { entry, ...place }
    }
    return undefined
  }

  #increments(id: string): Located<IncrementEntry>[] {
    if (!this.#hasIncrements) return []
    const increments: Located<IncrementEntry>[] = []
    for (const row of this.#tables.increments.find(hashTakeId(this.session.id, id))) {
      const { entry, ...place } = this.#locate(row.first)
      if (entry.kind === 'increment' && entry.takeId === id) increments.push({ entry, ...place })
    }
    return increments
  }

  #locate(ordinal: number): Located {
    const row = this.#tables.entries.floor(ordinalKey(ordinal))
    if (row === undefined) throw corrupt(this.name, 0, `the index does not lead to entry ${ordinal}`)
    const { batch, first, entries } = this.#frames.parsed(row.first, frameKinds.entries, readEntriesOf)
    const entry = entries[ordinal - first]
    if (entry === undefined) throw corrupt(this.name, row.first, `the frame has no entry ${ordinal}`)
    return { ordinal, entry, batch, record: ordinal - first }
  }

  #record<T>({ batch, record }: Located, read: (reader: RecordReader) => T, known: SharedRecords): T {
    const layout = this.#layout(batch)
    const { content } = this.#frames.read(batch, frameKinds.batch)
    return readingAt(this.name, batch, () =>
      read(new RecordReader(new PayloadReader(partOf(content, layout.records, record)), this.#blobs, batch, known)),
    )
  }

  readonly #blobs: BlobSource = {
    find: (reference, home) => {
      const target = referenceTarget(reference)
      if (isNear(reference)) return { content: this.#blob(home, target), frame: home }
      const row = this.#tables.blobs.floor(ordinalKey(target))
      if (row === undefined) throw new Malformed(`there is no blob ${target}`)
      const first = row.high * 0x1_0000_0000 + row.low
      return { content: this.#blob(row.first, target - first), frame: row.first }
    },
  }

  #blob(offset: number, index: number): Buffer {
    if (this.#frames.kindAt(offset) === frameKinds.blob) return this.#frames.read(offset, frameKinds.blob).content
    const layout = this.#layout(offset)
    return readingAt(this.name, offset, () => partOf(this.#frames.read(offset, frameKinds.batch).content, layout.blobs, index))
  }

  #layout(batch: number): BatchLayout {
    return this.#frames.parsed(batch, frameKinds.batch, (frame) => readBatchLayout(frame.content))
  }
}

function takeIdOf(entry: Entry): string {
  return entry.kind === 'take' ? entry.id : entry.takeId
}

function standingAlone(frame: Frame): RecordReader {
  return new RecordReader(new PayloadReader(frame.content), noBlobs, frame.offset)
}

function readEntriesOf({ content, offset }: Frame): EntriesFrame {
  return readEntriesFrame(content, offset, unknownKeys)
}

function mapTables<T>(make: (name: TableName) => T): { readonly [name in TableName]: T } {
  return Object.fromEntries(tableNames.map((name) => [name, make(name)])) as { [name in TableName]: T }
}

function pagesInFile(frames: FrameReader, place: TablePlace, root: number): PageSource {
  readingAt(frames.bytes.name, root, () => {
    if (place.pages > 0 && place.offset + (place.pages - 1) * sizes.page >= root)
      throw new Malformed('a table of the index does not fit into the file')
  })
  const offsetOf = (page: number): number => place.offset + page * sizes.page
  return {
    pages: place.pages,
    firstKey: (page) =>
      readingAt(frames.bytes.name, offsetOf(page), () => firstKeyOf(frames.read(offsetOf(page), frameKinds.page).content)),
    rows: (page) => frames.parsed(offsetOf(page), frameKinds.page, (frame) => readPage(frame.content)),
  }
}

/** A file gets its final name when all of it is there. */
function isFinished(name: string): boolean {
  return name.endsWith('.retake')
}

function tornWarning(bytes: StoredBytes, takes: number, end: number): string {
  const rest = bytes.size - end
  const lost = rest === 0 ? 'nothing that was written is lost' : `the last ${rest} bytes, from ${end} on, are torn and left out`
  const why = isFinished(bytes.name)
    ? 'breaks off (it was cut short after it was written)'
    : 'was not finished (its process was killed, or is still running)'
  return `${bytes.name} ${why}: ${takes} ${takes === 1 ? 'take is' : 'takes are'} read, ${lost}`
}
