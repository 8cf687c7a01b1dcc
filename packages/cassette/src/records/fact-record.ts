import type { FieldValue } from '@retake/core'
import type { RecordReader } from './record-reader.ts'
import type { RecordWriter } from './record-writer.ts'

/** Something that a virtual server needs to know of a target, told by the protocol's conversation. */
export interface ConnectionFact {
  readonly protocol: string
  readonly target: string
  readonly name: string
  readonly value: FieldValue
}

export function writeFact(record: RecordWriter, fact: ConnectionFact): void {
  record.out.array(4)
  record.text(fact.protocol)
  record.text(fact.target)
  record.text(fact.name)
  record.value(fact.value)
}

export function readFact(record: RecordReader): ConnectionFact {
  const more = record.in.tuple(4)
  const fact = { protocol: record.text(), target: record.text(), name: record.text(), value: record.value() }
  record.in.skip(more)
  return fact
}
