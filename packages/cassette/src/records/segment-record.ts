import type { DrawRun, DrawValue, Interaction, OrderToken, Segment } from '@retake/core'
import { drawKinds } from '@retake/core'
import { Malformed } from '../encoding/malformed.ts'
import { column, readColumn, readOrdinals, worthColumns, writeDifferences } from './columns.ts'
import { micros } from './interaction-record.ts'
import type { RecordReader } from './record-reader.ts'
import type { RecordWriter } from './record-writer.ts'

const tokenKinds = ['call', 'timer', 'job'] as const

/** How the values of a run are kept. Append only. */
const forms = { plain: 0, /** The first, then differences: clocks. */ differences: 1 } as const

const columns = 5

/**
 * Segments of one take, one after another, or, where they are many, by columns.
 * @param interactions The ones of the same record: when one of them was delivered says nearly when its segment began.
 */
export function writeSegments(record: RecordWriter, segments: readonly Segment[], interactions: readonly Interaction[]): void {
  if (segments.length >= worthColumns) return writeColumns(record, segments, interactions)
  const { out } = record
  out.array(segments.length)
  let before = 0
  for (const { token, draws } of segments) {
    out.array(2)
    if (token === undefined) out.nil()
    else {
      const at = micros(token.at)
      out.array(4)
      out.number(tokenKinds.indexOf(token.kind))
      out.number(token.id)
      out.number(token.part)
      out.number(at - before)
      before = at
    }
    writeRuns(record, draws)
  }
}

export function readSegments(record: RecordReader, interactions: readonly Interaction[]): Segment[] {
  const length = record.in.array()
  if (length > 0 && record.in.next() === 'number') return readColumns(record, length, interactions)
  let before = 0
  return Array.from({ length }, (): Segment => {
    const more = record.in.tuple(2)
    let token: OrderToken | undefined
    if (!record.in.nil()) {
      const moreOfToken = record.in.tuple(4)
      const kind = record.choice(tokenKinds)
      const id = record.in.count()
      const part = record.in.count()
      before += record.in.number()
      token = { kind, id, part, at: before / 1000 }
      record.in.skip(moreOfToken)
    }
    const draws = readRuns(record)
    record.in.skip(more)
    return { token, draws }
  })
}

/** A row begins with an array, columns begin with their length: so a reader tells one from the other. */
function writeColumns(record: RecordWriter, segments: readonly Segment[], interactions: readonly Interaction[]): void {
  const { out } = record
  const tokens = segments.map(({ token }) => token)
  out.array(columns + 1)
  out.number(segments.length)
  for (const token of column(record, tokens)) record.optionalNumber(token && tokenKinds.indexOf(token.kind))
  writeDifferences(
    record,
    tokens.map((token) => token?.id ?? 0),
  )
  for (const token of column(record, tokens)) out.number(token?.part ?? 0)
  const expected = new ExpectedTimes(interactions)
  for (const token of column(record, tokens)) out.number(token === undefined ? 0 : micros(token.at) - expected.of(token))
  for (const { draws } of column(record, segments)) writeRuns(record, draws)
}

function readColumns(record: RecordReader, length: number, interactions: readonly Interaction[]): Segment[] {
  if (length < columns + 1) throw new Malformed(`segments have ${columns} columns`)
  const size = record.in.count()
  const kinds = readColumn(record, size, () => (record.in.nil() ? undefined : record.choice(tokenKinds)))
  const ids = readOrdinals(record, size)
  const parts = readColumn(record, size, () => record.in.count())
  const times = readColumn(record, size, () => record.in.number())
  const draws = readColumn(record, size, () => readRuns(record))
  record.in.skip(length - columns - 1)
  const expected = new ExpectedTimes(interactions)
  return kinds.map((kind, row): Segment => {
    const drawn = draws[row] as readonly DrawRun[]
    if (kind === undefined) return { token: undefined, draws: drawn }
    const id = ids[row] as number
    const part = parts[row] as number
    return { token: { kind, id, part, at: expected.take({ kind, id, part }, times[row] as number) / 1000 }, draws: drawn }
  })
}

/** When deliveries can be expected, in microseconds since the take began: a call's from what came of it, others after the one before. */
class ExpectedTimes {
  readonly #interactions: ReadonlyMap<number, Interaction>
  #before = 0

  constructor(interactions: readonly Interaction[]) {
    this.#interactions = new Map(interactions.map((interaction) => [interaction.id, interaction]))
  }

  /** The expected time of a token; the next one may come after this token. */
  of(token: OrderToken): number {
    const expected = this.#expected(token)
    this.#before = micros(token.at)
    return expected
  }

  /** The time of a token that differs from what is expected. */
  take(delivery: Omit<OrderToken, 'at'>, difference: number): number {
    this.#before = this.#expected(delivery) + difference
    return this.#before
  }

  #expected({ kind, id, part }: Omit<OrderToken, 'at'>): number {
    const interaction = kind === 'call' ? this.#interactions.get(id) : undefined
    if (interaction === undefined) return this.#before
    const { outcome, startedAt } = interaction
    const at = outcome.kind === 'stream' ? outcome.chunks[part]?.at : undefined
    return micros(startedAt) + micros(at ?? outcome.endedAt)
  }
}

function writeRuns(record: RecordWriter, draws: readonly DrawRun[]): void {
  for (const run of column(record, draws)) writeRun(record, run)
}

function readRuns(record: RecordReader): readonly DrawRun[] {
  const length = record.in.array()
  return length === 0 ? noRuns : Array.from({ length }, () => readRun(record))
}

/** One list for all segments in which nothing was drawn, which most are. */
const noRuns: readonly DrawRun[] = Object.freeze([])

function writeRun(record: RecordWriter, run: DrawRun): void {
  const { out } = record
  const kind = drawKinds.indexOf(run.kind)
  if (kind < 0) throw new TypeError(`there is no draw of kind ${run.kind}`)
  out.array(run.times === undefined ? 4 : 5)
  out.number(kind)
  out.number(run.size)
  if (run.values.length > 1 && run.values.every(isWhole)) {
    out.number(forms.differences)
    out.array(run.values.length)
    let before = 0
    for (const value of run.values as readonly number[]) {
      out.number(value - before)
      before = value
    }
  } else {
    out.number(forms.plain)
    out.array(run.values.length)
    for (const value of run.values) record.value(value)
  }
  if (run.times !== undefined) {
    out.array(run.times.length)
    for (const times of run.times) out.number(times)
  }
}

function readRun(record: RecordReader): DrawRun {
  const more = record.in.tuple(4)
  const kind = record.choice(drawKinds)
  const size = record.in.count()
  const form = record.in.count()
  if (form > forms.differences) throw new Malformed(`there is no form ${form} of draws`)
  let before = 0
  const values = Array.from({ length: record.in.array() }, (): DrawValue => {
    if (form === forms.differences) return (before += record.in.number())
    const value = record.value()
    if (typeof value === 'number' || typeof value === 'string' || value instanceof Uint8Array || typeof value === 'bigint') return value
    throw new Malformed('a draw is a number, a bigint, text or bytes')
  })
  if (more === 0) return { kind, size, values }
  const times = Array.from({ length: record.in.array() }, () => record.in.count())
  record.in.skip(more - 1)
  return { kind, size, values, times }
}

/** Whether differences of such numbers are exact: 2^51 apart at most, so that they stay safe integers. */
function isWhole(value: DrawValue): boolean {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 2 ** 51 && !Object.is(value, -0)
}
