import type { SessionCounts, SessionHeader } from '@retake/core'
import type { RecordReader } from './record-reader.ts'
import type { RecordWriter } from './record-writer.ts'
import { readCounts } from './take-record.ts'

export function writeSession(record: RecordWriter, header: SessionHeader): void {
  record.out.array(14)
  record.text(header.id)
  record.text(header.sdk)
  record.text(header.node)
  record.text(header.platform)
  record.optionalText(header.app?.name)
  record.optionalText(header.app?.version)
  record.optionalText(header.app?.commit)
  record.out.number(header.startedAt)
  record.text(header.tz)
  record.text(header.lang)
  record.texts(header.argv)
  record.out.number(header.pid)
  if (header.callsForm === undefined) record.out.nil()
  else record.out.number(header.callsForm)
  record.optionalText(header.parent)
}

export function readSession(record: RecordReader): SessionHeader {
  const more = record.in.tuple(12)
  const session = { id: record.text(), sdk: record.text(), node: record.text(), platform: record.text() }
  const name = record.optionalText()
  const version = record.optionalText()
  const commit = record.optionalText()
  const app = {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(commit === undefined ? {} : { commit }),
  }
  const header = {
    ...session,
    ...(Object.keys(app).length === 0 ? {} : { app }),
    startedAt: record.in.number(),
    tz: record.text(),
    lang: record.text(),
    argv: record.texts(),
    pid: record.in.number(),
  }
  const callsForm = more > 0 && !record.in.nil() ? record.in.number() : undefined
  const parent = more > 1 ? record.optionalText() : undefined
  record.in.skip(Math.max(0, more - 2))
  return { ...header, ...(callsForm === undefined ? {} : { callsForm }), ...(parent === undefined ? {} : { parent }) }
}

export function writeSessionCounts(record: RecordWriter, counts: SessionCounts): void {
  record.out.array(4)
  record.out.number(counts.takes)
  record.members(counts.interactions)
  record.out.number(counts.draws)
  record.out.number(counts.dropped)
}

export function readSessionCounts(record: RecordReader): SessionCounts {
  const more = record.in.tuple(4)
  const counts = {
    takes: record.in.number(),
    interactions: readCounts(record),
    draws: record.in.number(),
    dropped: record.in.number(),
  }
  record.in.skip(more)
  return counts
}
