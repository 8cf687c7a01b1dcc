import type { SpanAttributes, SpanKind, Take, TakeSpan } from '@retake/core'
import type { RecordReader } from './record-reader.ts'
import type { RecordWriter } from './record-writer.ts'

/** The spans of a take, or those that it gained. */
export type StoredSpans = Pick<Take, 'spans' | 'spansLeftOut'>

/** In the order of their numbers. Append only. */
const kinds: readonly SpanKind[] = ['internal', 'server', 'client', 'producer', 'consumer']

/** One element: `[left out?, [span…]?]`. */
export function writeSpans(record: RecordWriter, { spans, spansLeftOut }: StoredSpans): void {
  record.out.array(2)
  record.optionalNumber(spansLeftOut)
  if (spans === undefined) {
    record.out.nil()
    return
  }
  record.out.array(spans.length)
  for (const span of spans) writeSpan(record, span)
}

export function readSpans(record: RecordReader): StoredSpans {
  if (record.in.nil()) return {}
  const more = record.in.tuple(2)
  const spansLeftOut = record.optionalNumber()
  const spans = record.in.nil() ? undefined : Array.from({ length: record.in.array() }, () => readSpan(record))
  record.in.skip(more)
  return { ...(spans === undefined ? {} : { spans }), ...(spansLeftOut === undefined ? {} : { spansLeftOut }) }
}

function writeSpan(record: RecordWriter, span: TakeSpan): void {
  record.out.array(9)
  record.text(span.name)
  record.out.number(kinds.indexOf(span.kind))
  record.optionalId(span.traceId)
  record.optionalId(span.spanId)
  record.optionalId(span.parent)
  record.time(span.startedAt)
  record.time(span.durationMs)
  record.members(span.attributes)
  record.out.boolean(span.failed)
}

function readSpan(record: RecordReader): TakeSpan {
  const more = record.in.tuple(9)
  const name = record.text()
  const kind = record.choice(kinds)
  const traceId = record.optionalId() ?? ''
  const spanId = record.optionalId() ?? ''
  const parent = record.optionalId()
  const span = {
    startedAt: record.time(),
    durationMs: record.time(),
    attributes: record.members() as SpanAttributes,
    failed: record.in.boolean(),
  }
  record.in.skip(more)
  return { name, kind, traceId, spanId, ...(parent === undefined ? {} : { parent }), ...span }
}
