import type { DrawRun, DrawValue, OrderToken, Segment } from '@retake/core'
import { drawKinds } from '@retake/core'
import { Malformed } from '../encoding/malformed.ts'
import type { RecordReader } from './record-reader.ts'
import type { RecordWriter } from './record-writer.ts'

const tokenKinds = ['call', 'timer', 'job'] as const

/** How the values of a run are kept. Append only. */
const forms = { plain: 0, /** The first, then differences: clocks. */ differences: 1 } as const

export function writeSegments(record: RecordWriter, segments: readonly Segment[]): void {
  const { out } = record
  out.array(segments.length)
  let before = 0
  for (const { token, draws } of segments) {
    out.array(2)
    if (token === undefined) out.nil()
    else {
      const at = Math.round(token.at * 1000)
      out.array(4)
      out.number(tokenKinds.indexOf(token.kind))
      out.number(token.id)
      out.number(token.part)
      out.number(at - before)
      before = at
    }
    out.array(draws.length)
    for (const run of draws) writeRun(record, run)
  }
}

export function readSegments(record: RecordReader): Segment[] {
  let before = 0
  return Array.from({ length: record.in.array() }, (): Segment => {
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
    const draws = Array.from({ length: record.in.array() }, () => readRun(record))
    record.in.skip(more)
    return { token, draws }
  })
}

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
