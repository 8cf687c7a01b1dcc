import type { SentBy, Trigger } from '@retake/core'
import type { Key64 } from '../encoding/key-hash.ts'
import { noKey } from '../encoding/key-hash.ts'
import { Malformed } from '../encoding/malformed.ts'
import type { KeyNumbers } from './key-numbers.ts'
import type { RecordReader } from './record-reader.ts'
import type { RecordWriter } from './record-writer.ts'
import { triggerKinds } from './trigger-record.ts'

/** What is known of a trigger without reading its take. */
export interface TriggerSummary {
  readonly kind: Trigger['kind']
  /** HTTP method; `background`: how often, where that is fixed. */
  readonly method?: string
  /** `http`: request target (path and query); `test`: the test's name; `process`: `server` or `script`; `background`: the job's name. */
  readonly target: string
  /** `http`: status of the response; `process`: exit code. */
  readonly status?: number
  /** `test`: how it ended. */
  readonly outcome?: 'passed' | 'failed'
  /** `http`: another take of the process sent it. */
  readonly sentBy?: SentBy
}

/** The keys of a record, as they go into the index. */
export interface EntryKeys {
  readonly trigger: Key64
  /** Ids of the record's interactions, and the key of each. */
  readonly interactions: readonly number[]
  readonly calls: readonly Key64[]
}

/** Line of a take in the index: enough to list it, and to find it by its keys. */
export interface TakeEntry {
  readonly kind: 'take'
  readonly id: string
  readonly trigger: TriggerSummary
  readonly startedAt: number
  readonly durationMs: number
  readonly traceId?: string
  readonly keys: EntryKeys
}

/** Line of an increment. */
export interface IncrementEntry {
  readonly kind: 'increment'
  readonly takeId: string
  readonly trigger?: TriggerSummary
  readonly durationMs: number
  readonly keys: EntryKeys
}

export type Entry = TakeEntry | IncrementEntry

const entryKinds = ['take', 'increment'] as const
const testOutcomes = ['passed', 'failed'] as const

/** How a summary says what sets a job off. @param interval ms. */
export function intervalText(interval: number): string {
  return `every ${interval} ms`
}

export function summariseTrigger(trigger: Trigger): TriggerSummary {
  switch (trigger.kind) {
    case 'http': {
      const { request, response, sentBy } = trigger
      const summary = { kind: trigger.kind, method: request.method, target: request.target, ...(sentBy && { sentBy }) }
      return response === undefined ? summary : { ...summary, status: response.status }
    }
    case 'test': {
      const summary = { kind: trigger.kind, target: trigger.name }
      return trigger.outcome === undefined ? summary : { ...summary, outcome: trigger.outcome }
    }
    case 'background': {
      const { kind, name, interval } = trigger
      return interval === undefined ? { kind, target: name } : { kind, target: name, method: intervalText(interval) }
    }
    case 'process': {
      const summary = { kind: trigger.kind, target: trigger.process }
      return trigger.exitCode === undefined ? summary : { ...summary, status: trigger.exitCode }
    }
  }
}

export function writeEntry(record: RecordWriter, entry: Entry, numbers: KeyNumbers): void {
  const { out } = record
  if (entry.kind === 'take') {
    out.array(8)
    out.number(0)
    record.text(entry.id)
    writeSummary(record, entry.trigger)
    out.number(entry.startedAt)
    record.time(entry.durationMs)
    record.optionalId(entry.traceId)
  } else {
    out.array(6)
    out.number(1)
    record.text(entry.takeId)
    if (entry.trigger === undefined) out.nil()
    else writeSummary(record, entry.trigger)
    record.time(entry.durationMs)
  }
  writeIds(record, entry.keys.interactions)
  writeKeys(record, entry.keys, numbers)
}

export function readEntry(record: RecordReader, numbers: Pick<KeyNumbers, 'read' | 'readNew'>): Entry {
  const size = record.in.array()
  const kind = record.choice(entryKinds)
  if (size < (kind === 'take' ? 8 : 6)) throw new Malformed('an index entry is too short')
  let entry: Entry
  if (kind === 'take') {
    const id = record.text()
    const trigger = readSummary(record)
    const startedAt = record.in.number()
    const durationMs = record.time()
    const traceId = record.optionalId()
    const take = { kind, id, trigger, startedAt, durationMs, keys: readKeys(record, readIds(record), numbers) }
    entry = traceId === undefined ? take : { ...take, traceId }
  } else {
    const takeId = record.text()
    const trigger = record.in.nil() ? undefined : readSummary(record)
    const durationMs = record.time()
    const increment = { kind, takeId, durationMs, keys: readKeys(record, readIds(record), numbers) }
    entry = trigger === undefined ? increment : { ...increment, trigger }
  }
  record.in.skip(size - (kind === 'take' ? 8 : 6))
  return entry
}

function writeSummary(record: RecordWriter, trigger: TriggerSummary): void {
  record.out.array(trigger.sentBy === undefined ? 5 : 7)
  record.out.number(triggerKinds.indexOf(trigger.kind))
  record.optionalText(trigger.method)
  record.text(trigger.target)
  record.optionalNumber(trigger.status)
  record.optionalNumber(trigger.outcome === undefined ? undefined : testOutcomes.indexOf(trigger.outcome))
  if (trigger.sentBy === undefined) return
  record.text(trigger.sentBy.take)
  record.out.number(trigger.sentBy.number)
}

function readSummary(record: RecordReader): TriggerSummary {
  const more = record.in.tuple(5)
  const kind = record.choice(triggerKinds)
  const method = record.optionalText()
  const target = record.text()
  const status = record.optionalNumber()
  const outcome = record.in.nil() ? undefined : record.choice(testOutcomes)
  const sentBy = more >= 2 ? { take: record.text(), number: record.in.count() } : undefined
  record.in.skip(sentBy === undefined ? more : more - 2)
  return {
    kind,
    ...(method === undefined ? {} : { method }),
    target,
    ...(status === undefined ? {} : { status }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(sentBy === undefined ? {} : { sentBy }),
  }
}

/** Ids of interactions as runs: first, how many, first, how many, … */
function writeIds(record: RecordWriter, ids: readonly number[]): void {
  const runs: number[] = []
  for (const id of ids) {
    const last = runs.length - 2
    if (last >= 0 && (runs[last] as number) + (runs[last + 1] as number) === id) (runs[last + 1] as number)++
    else runs.push(id, 1)
  }
  record.out.array(runs.length)
  for (const number of runs) record.out.number(number)
}

function readIds(record: RecordReader): number[] {
  const ids: number[] = []
  const size = record.in.array()
  if (size % 2 !== 0) throw new Malformed('ids of interactions are pairs')
  for (let run = 0; run < size; run += 2) {
    const first = record.in.count()
    const length = record.in.count()
    // The keys that follow have a byte or more for each id, so that a longer run is a lie.
    if (length > record.in.left) throw new Malformed('there are more ids of interactions than keys')
    for (let id = first; id < first + length; id++) ids.push(id)
  }
  return ids
}

/** Keys of the trigger and of the calls: nil for none, a number for one that was there before, eight bytes for a new one. */
function writeKeys(record: RecordWriter, keys: EntryKeys, numbers: KeyNumbers): void {
  const { out } = record
  out.array(keys.calls.length + 1)
  for (const key of [keys.trigger, ...keys.calls]) {
    if (key.high === 0 && key.low === 0) {
      out.nil()
      continue
    }
    const number = numbers.write(key)
    if (number !== undefined) out.number(number)
    else {
      const bytes = Buffer.alloc(8)
      bytes.writeUInt32BE(key.high, 0)
      bytes.writeUInt32BE(key.low, 4)
      out.binary(bytes)
    }
  }
}

function readKeys(record: RecordReader, interactions: readonly number[], numbers: Pick<KeyNumbers, 'read' | 'readNew'>): EntryKeys {
  if (record.in.array() !== interactions.length + 1) throw new Malformed('ids and keys of interactions do not go together')
  const trigger = readKey(record, numbers)
  return { trigger, interactions, calls: interactions.map(() => readKey(record, numbers)) }
}

function readKey(record: RecordReader, numbers: Pick<KeyNumbers, 'read' | 'readNew'>): Key64 {
  if (record.in.nil()) return noKey
  if (record.in.next() === 'number') return numbers.read(record.in.count())
  const bytes = record.in.binary()
  if (bytes.length !== 8) throw new Malformed('a key has eight bytes')
  const key = { high: bytes.readUInt32BE(0), low: bytes.readUInt32BE(4) }
  numbers.readNew(key)
  return key
}
