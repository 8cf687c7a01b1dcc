import { Malformed } from './malformed.ts'
import { PayloadReader } from './payload-reader.ts'
import { PayloadWriter } from './payload-writer.ts'

/** Where the parts of a batch's content lie: `starts[i]` to `starts[i + 1]`. */
export interface BatchLayout {
  readonly blobs: readonly number[]
  readonly records: readonly number[]
}

/** Content of a batch frame: sizes of the blobs, sizes of the records, the blobs, the records. */
export function encodeBatch(blobs: readonly Uint8Array[], records: Uint8Array, recordSizes: readonly number[]): Buffer {
  const head = new PayloadWriter((blobs.length + recordSizes.length) * 5 + 16)
  head.array(blobs.length)
  for (const blob of blobs) head.number(blob.length)
  head.array(recordSizes.length)
  for (const size of recordSizes) head.number(size)
  return Buffer.concat([head.view(), ...blobs, records])
}

/** @throws Malformed */
export function readBatchLayout(content: Buffer): BatchLayout {
  const head = new PayloadReader(content)
  const blobSizes = Array.from({ length: head.array() }, () => head.count())
  const recordSizes = Array.from({ length: head.array() }, () => head.count())
  const blobs = startsOf(blobSizes, head.position)
  const records = startsOf(recordSizes, blobs.at(-1) as number)
  if (records.at(-1) !== content.length) throw new Malformed('the parts of a batch do not add up to its size')
  return { blobs, records }
}

/** @throws Malformed when there is no such part. */
export function partOf(content: Buffer, starts: readonly number[], index: number): Buffer {
  const start = starts[index]
  const end = starts[index + 1]
  if (start === undefined || end === undefined) throw new Malformed(`a batch has no part ${index}`)
  return content.subarray(start, end)
}

function startsOf(partSizes: readonly number[], first: number): number[] {
  const starts = [first]
  let at = first
  for (const size of partSizes) starts.push((at += size))
  return starts
}
