import type { Interaction, Segment, Take, TakeSpan, Trigger } from '@retake/core'
import type { RecordReader } from './record-reader.ts'
import type { RecordWriter } from './record-writer.ts'
import { readInteractions, writeInteractions } from './interaction-list-record.ts'
import { readSegments, writeSegments } from './segment-record.ts'
import { readSpans, writeSpans, type StoredSpans } from './span-record.ts'
import { readTrigger, writeTrigger } from './trigger-record.ts'

/** What a take gained after it was written. */
export interface TakeIncrement {
  /** New ones, or ones that replace those with the same id. */
  readonly interactions: readonly Interaction[]
  /** To be put after the segments that are there. */
  readonly segments: readonly Segment[]
  /** Of the whole take, until now. */
  readonly durationMs: number
  /** Replaces the trigger, now that its outcome is known. */
  readonly trigger?: Trigger
  /** To be put after the spans that are there. */
  readonly spans?: readonly TakeSpan[]
  /** How many more spans there were, of the whole take, until now. */
  readonly spansLeftOut?: number
}

export function writeTake(record: RecordWriter, take: Take): void {
  const { out } = record
  // A take without spans has the form that releases before spans wrote.
  out.array(hasSpans(take) ? 10 : 9)
  record.text(take.id)
  writeTrigger(record, take.trigger)
  out.number(take.startedAt)
  record.time(take.durationMs)
  writeInteractions(record, take.interactions)
  writeSegments(record, take.segments, take.interactions)
  record.optionalId(take.traceId)
  record.optionalId(take.spanId)
  record.optionalMembers(take.redactions)
  if (hasSpans(take)) writeSpans(record, take)
}

export function readTake(record: RecordReader): Take {
  const more = record.in.tuple(9)
  const take = {
    id: record.text(),
    trigger: readTrigger(record),
    startedAt: record.in.number(),
    durationMs: record.time(),
    ...readActs(record),
  }
  const traceId = record.optionalId()
  const spanId = record.optionalId()
  const redactions = record.in.nil() ? undefined : readCounts(record)
  const spans = more > 0 ? readSpans(record) : {}
  record.in.skip(Math.max(0, more - 1))
  return {
    ...take,
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
    ...(redactions === undefined ? {} : { redactions }),
    ...spans,
  }
}

export function writeIncrement(record: RecordWriter, takeId: string, increment: TakeIncrement): void {
  record.out.array(hasSpans(increment) ? 6 : 5)
  record.text(takeId)
  writeInteractions(record, increment.interactions)
  writeSegments(record, increment.segments, increment.interactions)
  record.time(increment.durationMs)
  if (increment.trigger === undefined) record.out.nil()
  else writeTrigger(record, increment.trigger)
  if (hasSpans(increment)) writeSpans(record, increment)
}

export function readIncrement(record: RecordReader): TakeIncrement & { readonly takeId: string } {
  const more = record.in.tuple(5)
  const increment = {
    takeId: record.text(),
    ...readActs(record),
    durationMs: record.time(),
  }
  const trigger = record.in.nil() ? undefined : readTrigger(record)
  const spans = more > 0 ? readSpans(record) : {}
  record.in.skip(Math.max(0, more - 1))
  return { ...increment, ...(trigger === undefined ? {} : { trigger }), ...spans }
}

/** A take with all that it gained later, in the order of writing. Interactions keep the order of their ids. */
export function mergeIncrements(take: Take, increments: readonly TakeIncrement[]): Take {
  const byId = new Map(take.interactions.map((interaction) => [interaction.id, interaction]))
  const segments = [...take.segments]
  const spans = [...(take.spans ?? [])]
  let { trigger, durationMs, spansLeftOut } = take
  for (const increment of increments) {
    for (const interaction of increment.interactions) byId.set(interaction.id, interaction)
    for (const segment of increment.segments) segments.push(segment)
    trigger = increment.trigger ?? trigger
    durationMs = increment.durationMs
    for (const span of increment.spans ?? []) spans.push(span)
    spansLeftOut = increment.spansLeftOut ?? spansLeftOut
  }
  return {
    ...take,
    trigger,
    durationMs,
    interactions: [...byId.values()].sort((a, b) => a.id - b.id),
    segments,
    ...(spans.length === 0 ? {} : { spans }),
    ...(spansLeftOut === undefined ? {} : { spansLeftOut }),
  }
}

function hasSpans({ spans, spansLeftOut }: StoredSpans): boolean {
  return spans !== undefined || spansLeftOut !== undefined
}

/** Numbers by name: detectors, protocols. */
export function readCounts(record: RecordReader): { [name: string]: number } {
  const counts: { [name: string]: number } = {}
  const size = record.in.map()
  for (let ordinal = 0; ordinal < size; ordinal++) {
    Object.defineProperty(counts, record.text(), { value: record.in.number(), configurable: true, enumerable: true, writable: true })
  }
  return counts
}

/** Times of segments are kept by those of the interactions before them. */
function readActs(record: RecordReader): Pick<Take, 'interactions' | 'segments'> {
  const interactions = readInteractions(record)
  return { interactions, segments: readSegments(record, interactions) }
}
