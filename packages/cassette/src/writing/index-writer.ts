import type { SessionCounts } from '@retake/core'
import { encodeFooter } from '../encoding/file-header.ts'
import { frameKinds, sizes } from '../encoding/format.ts'
import { PayloadWriter } from '../encoding/payload-writer.ts'
import type { TablePlace } from '../index/index-record.ts'
import { writeIndexRoot } from '../index/index-record.ts'
import type { IndexRows, TableName } from '../index/index-tables.ts'
import { tableNames } from '../index/index-tables.ts'
import { encodePages } from '../index/key-page.ts'
import { RecordWriter } from '../records/record-writer.ts'
import type { FrameWriter } from './frame-writer.ts'

/** Writes the tables, the root of the index and the footer: after that the file is whole. */
export function writeIndex(frames: FrameWriter, rows: IndexRows, facts: readonly number[], counts: SessionCounts): void {
  const tables = {} as { [name in TableName]: TablePlace }
  for (const name of tableNames) {
    const pages = encodePages(rows.tables[name])
    tables[name] = { offset: frames.position, pages: pages.length }
    for (const page of pages) {
      frames.add(frameKinds.page, page)
      frames.flush()
    }
  }
  const out = new PayloadWriter()
  writeIndexRoot(new RecordWriter(out, undefined), { takes: rows.takes, entries: rows.entries, tables, facts, counts })
  const offset = frames.add(frameKinds.index, out.copy())
  frames.addRaw(encodeFooter(offset, frames.position + sizes.footer))
  frames.flush()
}
