import type { Call, Chunk, Ending, Interaction, Outcome, TransportError } from '@retake/core'
import { Malformed } from '../encoding/malformed.ts'
import type { RecordReader } from './record-reader.ts'
import type { RecordWriter } from './record-writer.ts'

/** Choices in the order of their numbers. Append only. */
const effects = ['read', 'write', 'session', 'transaction'] as const
const endings = ['complete', 'closed', 'abandoned'] as const
/** One object each for all interactions: most end alike. */
const plainEndings: readonly Ending[] = endings.map((kind) => Object.freeze({ kind }))
export const outcomes = ['stream', 'value', 'thrown'] as const

/** @param after Start of the interaction before, ms: times are kept as differences, which are small. */
export function writeInteraction(record: RecordWriter, interaction: Interaction, after: number): void {
  record.out.array(interaction.drawn === undefined ? 6 : 7)
  record.out.number(interaction.id)
  // The same call is made again and again; its record is kept once.
  record.repeated(interaction.call, writeSharedCall)
  writeOutcome(record, interaction.outcome)
  record.out.number(micros(interaction.startedAt) - micros(after))
  record.optionalNumber(interaction.connection)
  record.optionalId(interaction.spanId)
  if (interaction.drawn !== undefined) record.out.number(interaction.drawn)
}

export function writeSharedCall(record: RecordWriter, call: Call): void {
  record.shared((inner) => writeCall(inner, call))
}

export function readInteraction(record: RecordReader, after: number): Interaction {
  const more = record.in.tuple(6)
  const id = record.in.count()
  const call = record.shared(readCall)
  const outcome = readOutcome(record)
  const startedAt = (record.in.number() + micros(after)) / 1000
  const connection = record.optionalNumber()
  const spanId = record.optionalId()
  const drawn = more === 0 ? undefined : record.in.count()
  if (more > 1) record.in.skip(more - 1)
  return {
    id,
    call,
    outcome,
    startedAt,
    ...(connection === undefined ? {} : { connection }),
    ...(spanId === undefined ? {} : { spanId }),
    ...(drawn === undefined ? {} : { drawn }),
  }
}

function writeCall(record: RecordWriter, call: Call): void {
  record.out.array(5)
  record.text(call.protocol)
  record.text(call.target)
  record.text(call.label)
  record.out.number(effects.indexOf(call.effect))
  record.members(call.fields)
}

export function readCall(record: RecordReader): Call {
  const more = record.in.tuple(5)
  const call = {
    protocol: record.text(),
    target: record.text(),
    label: record.text(),
    effect: record.choice(effects),
    fields: record.members(),
  }
  record.in.skip(more)
  return call
}

function writeOutcome(record: RecordWriter, outcome: Outcome): void {
  const { out } = record
  switch (outcome.kind) {
    case 'stream': {
      out.array(5)
      out.number(0)
      out.array(outcome.chunks.length)
      let at = 0
      for (const chunk of outcome.chunks) {
        out.array(chunk.mark === undefined ? 2 : 3)
        record.bytes(chunk.bytes)
        out.number(micros(chunk.at) - at)
        if (chunk.mark !== undefined) record.text(chunk.mark)
        at = micros(chunk.at)
      }
      writeEnding(record, outcome.ending)
      out.number(micros(outcome.endedAt) - at)
      record.optionalMembers(outcome.meta)
      return
    }
    case 'value':
      out.array(3)
      out.number(1)
      record.value(outcome.value)
      record.time(outcome.endedAt)
      return
    case 'thrown':
      out.array(3)
      out.number(2)
      writeError(record, outcome.error)
      record.time(outcome.endedAt)
      return
    default:
      throw new TypeError(`an outcome of kind ${String((outcome as { kind: unknown }).kind)} cannot be stored`)
  }
}

function readOutcome(record: RecordReader): Outcome {
  const size = record.in.array()
  const kind = record.choice(outcomes)
  if (kind === 'stream') {
    if (size < 5) throw new Malformed('a stream is chunks, an ending, a time and meta')
    let at = 0
    const chunks = Array.from({ length: record.in.array() }, (): Chunk => {
      const more = record.in.tuple(2)
      // What a client receives is a copy of its own, made when it is delivered.
      const bytes = record.sharedBytes()
      at += record.in.number()
      if (more === 0) return { bytes, at: at / 1000 }
      const mark = record.text()
      record.in.skip(more - 1)
      return { bytes, at: at / 1000, mark }
    })
    const ending = readEnding(record)
    const endedAt = (record.in.number() + at) / 1000
    const meta = record.optionalMembers()
    record.in.skip(size - 5)
    return { kind, chunks, ending, endedAt, ...(meta === undefined ? {} : { meta }) }
  }
  if (size < 3) throw new Malformed('an outcome is a value and a time')
  const outcome: Outcome =
    kind === 'value' ? { kind, value: record.value(), endedAt: record.time() } : { kind, error: readError(record), endedAt: record.time() }
  record.in.skip(size - 3)
  return outcome
}

export function writeEnding(record: RecordWriter, ending: Ending): void {
  if (ending.kind === 'error') writeError(record, ending.error)
  else record.out.number(endings.indexOf(ending.kind))
}

export function readEnding(record: RecordReader): Ending {
  return record.in.next() === 'array' ? { kind: 'error', error: readError(record) } : record.choice(plainEndings)
}

export function writeError(record: RecordWriter, error: TransportError & { readonly name?: string; readonly stack?: string }): void {
  record.out.array(10)
  record.text(error.code)
  record.text(error.message)
  record.optionalNumber(error.errno)
  record.optionalText(error.syscall)
  record.optionalText(error.address)
  record.optionalNumber(error.port)
  record.optionalText(error.hostname)
  record.optionalMembers(error.extra)
  record.optionalText(error.name)
  record.optionalText(error.stack)
}

export function readError(record: RecordReader): TransportError & { name?: string; stack?: string } {
  const more = record.in.tuple(10)
  const error = {
    code: record.text(),
    message: record.text(),
    errno: record.optionalNumber(),
    syscall: record.optionalText(),
    address: record.optionalText(),
    port: record.optionalNumber(),
    hostname: record.optionalText(),
    extra: record.optionalMembers(),
    name: record.optionalText(),
    stack: record.optionalText(),
  }
  record.in.skip(more)
  return withoutUndefined(error) as unknown as TransportError
}

function withoutUndefined(value: { [name: string]: unknown }): { [name: string]: unknown } {
  for (const name of Object.keys(value)) if (value[name] === undefined) delete value[name]
  return value
}

/** Whole microseconds. */
export function micros(ms: number): number {
  return Math.round(ms * 1000)
}
