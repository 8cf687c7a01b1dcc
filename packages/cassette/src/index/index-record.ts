import type { SessionCounts } from '@retake/core'
import { Malformed } from '../encoding/malformed.ts'
import type { RecordReader } from '../records/record-reader.ts'
import type { RecordWriter } from '../records/record-writer.ts'
import { readSessionCounts, writeSessionCounts } from '../records/session-record.ts'
import type { TableName } from './index-tables.ts'
import { tableNames } from './index-tables.ts'

/** Where a table's pages are: one after another, {@link sizes.page} apart. */
export interface TablePlace {
  readonly offset: number
  readonly pages: number
}

/** The root of the index, which the footer points at. */
export interface IndexRoot {
  readonly takes: number
  readonly entries: number
  readonly tables: { readonly [name in TableName]: TablePlace }
  /** Offsets of the frames with connection facts. */
  readonly facts: readonly number[]
  readonly counts: SessionCounts
}

export function writeIndexRoot(record: RecordWriter, root: IndexRoot): void {
  const { out } = record
  out.array(5)
  out.number(root.takes)
  out.number(root.entries)
  out.array(tableNames.length)
  for (const name of tableNames) {
    const { offset, pages } = root.tables[name]
    out.array(2)
    out.number(offset)
    out.number(pages)
  }
  out.array(root.facts.length)
  for (const offset of root.facts) out.number(offset)
  writeSessionCounts(record, root.counts)
}

export function readIndexRoot(record: RecordReader): IndexRoot {
  const more = record.in.tuple(5)
  const takes = record.in.count()
  const entries = record.in.count()
  const places = Array.from({ length: record.in.array() }, (): TablePlace => {
    const moreOfPlace = record.in.tuple(2)
    const place = { offset: record.in.count(), pages: record.in.count() }
    record.in.skip(moreOfPlace)
    return place
  })
  const tables = {} as { [name in TableName]: TablePlace }
  tableNames.forEach((name, ordinal) => {
    const place = places[ordinal]
    if (place === undefined) throw new Malformed(`the index has no table of ${name}`)
    tables[name] = place
  })
  const facts = Array.from({ length: record.in.array() }, () => record.in.count())
  const root = { takes, entries, tables, facts, counts: readSessionCounts(record) }
  record.in.skip(more)
  return root
}
