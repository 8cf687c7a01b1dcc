import type { Chunk, Interaction, Outcome } from '@retake/core'
import { Malformed } from '../encoding/malformed.ts'
import { column, readColumn, readDifferences, readOrdinals, worthColumns, writeDifferences } from './columns.ts'
import {
  micros,
  outcomes,
  readCall,
  readEnding,
  readError,
  readInteraction,
  writeEnding,
  writeError,
  writeInteraction,
  writeSharedCall,
} from './interaction-record.ts'
import type { RecordReader } from './record-reader.ts'
import type { RecordWriter } from './record-writer.ts'

const columns = 7

/**
 * Interactions of one take, one after another, or, where they are many, by columns: equal calls with equal outcomes differ in
 * nothing but their times, and with these apart the other columns compress to almost nothing.
 */
export function writeInteractions(record: RecordWriter, interactions: readonly Interaction[]): void {
  if (interactions.length >= worthColumns) return writeColumns(record, interactions)
  record.out.array(interactions.length)
  let before = 0
  for (const interaction of interactions) {
    writeInteraction(record, interaction, before)
    before = interaction.startedAt
  }
}

export function readInteractions(record: RecordReader): Interaction[] {
  const length = record.in.array()
  if (length > 0 && record.in.next() === 'number') return readColumns(record, length)
  let before = 0
  return Array.from({ length }, () => {
    const interaction = readInteraction(record, before)
    before = interaction.startedAt
    return interaction
  })
}

/** A row begins with an array, columns begin with their length: so a reader tells one from the other. */
function writeColumns(record: RecordWriter, interactions: readonly Interaction[]): void {
  const { out } = record
  const isPlaced = interactions.some(({ drawn }) => drawn !== undefined)
  out.array(columns + (isPlaced ? 2 : 1))
  out.number(interactions.length)
  writeDifferences(
    record,
    interactions.map(({ id }) => id),
  )
  for (const { call } of column(record, interactions)) record.repeated(call, writeSharedCall)
  writeDifferences(
    record,
    interactions.map(({ startedAt }) => micros(startedAt)),
  )
  for (const { connection } of column(record, interactions)) record.optionalNumber(connection)
  for (const { spanId } of column(record, interactions)) record.optionalId(spanId)
  for (const time of column(
    record,
    interactions.flatMap(({ outcome }) => timesOf(outcome)),
  ))
    out.number(time)
  for (const { outcome } of column(record, interactions)) writeTimeless(record, outcome)
  if (isPlaced) for (const { drawn } of column(record, interactions)) record.optionalNumber(drawn)
}

function readColumns(record: RecordReader, length: number): Interaction[] {
  if (length < columns + 1) throw new Malformed(`interactions have ${columns} columns`)
  const size = record.in.count()
  const ids = readOrdinals(record, size)
  const calls = readColumn(record, size, () => record.shared(readCall))
  const starts = readDifferences(record, size)
  const connections = readColumn(record, size, () => record.optionalNumber())
  const spanIds = readColumn(record, size, () => record.optionalId())
  const times = Array.from({ length: record.in.array() }, () => record.in.number()).values()
  const kept = readColumn(record, size, () => readTimeless(record, times))
  if (times.next().done !== true) throw new Malformed('there are more times than chunks and endings')
  const isPlaced = length > columns + 1
  const drawn = isPlaced ? readColumn(record, size, () => record.optionalNumber()) : []
  record.in.skip(length - columns - (isPlaced ? 2 : 1))
  return kept.map((outcome, row): Interaction => {
    const connection = connections[row]
    const spanId = spanIds[row]
    const before = drawn[row]
    return {
      id: ids[row] as number,
      call: calls[row] as Interaction['call'],
      outcome,
      startedAt: (starts[row] as number) / 1000,
      ...(connection === undefined ? {} : { connection }),
      ...(spanId === undefined ? {} : { spanId }),
      ...(before === undefined ? {} : { drawn: before }),
    }
  })
}

/** Microseconds: of each chunk after the one before, and of the end after the last. */
function timesOf(outcome: Outcome): number[] {
  if (outcome.kind !== 'stream') return [micros(outcome.endedAt)]
  const moments = [...outcome.chunks.map(({ at }) => micros(at)), micros(outcome.endedAt)]
  return moments.map((moment, index) => moment - (moments[index - 1] ?? 0))
}

function writeTimeless(record: RecordWriter, outcome: Outcome): void {
  const { out } = record
  switch (outcome.kind) {
    case 'stream': {
      const { chunks } = outcome
      out.array(5)
      out.number(0)
      out.array(chunks.length)
      for (const { bytes } of chunks) record.bytes(bytes)
      writeEnding(record, outcome.ending)
      record.optionalMembers(outcome.meta)
      if (chunks.every(({ mark }) => mark === undefined)) out.nil()
      else for (const { mark } of column(record, chunks)) record.optionalText(mark)
      return
    }
    case 'value':
      out.array(2)
      out.number(1)
      record.value(outcome.value)
      return
    case 'thrown':
      out.array(2)
      out.number(2)
      writeError(record, outcome.error)
      return
    default:
      throw new TypeError(`an outcome of kind ${String((outcome as { kind: unknown }).kind)} cannot be stored`)
  }
}

function readTimeless(record: RecordReader, times: Iterator<number>): Outcome {
  const size = record.in.array()
  const kind = record.choice(outcomes)
  if (size < (kind === 'stream' ? 5 : 2)) throw new Malformed('an outcome is too short')
  if (kind === 'stream') {
    const bodies = Array.from({ length: record.in.array() }, () => record.sharedBytes())
    const ending = readEnding(record)
    const meta = record.optionalMembers()
    const marks = record.in.nil() ? undefined : readColumn(record, bodies.length, () => record.optionalText())
    record.in.skip(size - 5)
    let at = 0
    const chunks = bodies.map((bytes, index): Chunk => {
      at += nextOf(times)
      const mark = marks?.[index]
      return mark === undefined ? { bytes, at: at / 1000 } : { bytes, at: at / 1000, mark }
    })
    return { kind, chunks, ending, endedAt: (at + nextOf(times)) / 1000, ...(meta === undefined ? {} : { meta }) }
  }
  const endedAt = nextOf(times) / 1000
  const outcome: Outcome = kind === 'value' ? { kind, value: record.value(), endedAt } : { kind, error: readError(record), endedAt }
  record.in.skip(size - 2)
  return outcome
}

function nextOf(times: Iterator<number>): number {
  const { done, value } = times.next()
  if (done === true) throw new Malformed('there are fewer times than chunks and endings')
  return value
}
