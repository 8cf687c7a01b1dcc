import { Malformed } from '../encoding/malformed.ts'
import type { RecordReader } from './record-reader.ts'
import type { RecordWriter } from './record-writer.ts'

/** Lists are kept by columns from this many rows on. */
export const worthColumns = 16

/** Begins a column; its rows are written by the caller. */
export function column<T>(record: RecordWriter, rows: readonly T[]): readonly T[] {
  record.out.array(rows.length)
  return rows
}

/** @throws Malformed when the column has not `size` rows. */
export function readColumn<T>(record: RecordReader, size: number, read: () => T): T[] {
  if (record.in.array() !== size) throw new Malformed('columns are of different length')
  return Array.from({ length: size }, read)
}

/** Each number as its difference to the one before. */
export function writeDifferences(record: RecordWriter, numbers: readonly number[]): void {
  let before = 0
  for (const number of column(record, numbers)) {
    record.out.number(number - before)
    before = number
  }
}

export function readDifferences(record: RecordReader, size: number): number[] {
  let sum = 0
  return readColumn(record, size, () => (sum += record.in.number()))
}

/** Differences of ordinals. */
export function readOrdinals(record: RecordReader, size: number): number[] {
  const ordinals = readDifferences(record, size)
  if (!ordinals.every((ordinal) => Number.isSafeInteger(ordinal) && ordinal >= 0)) throw new Malformed('an ordinal is no whole number')
  return ordinals
}
