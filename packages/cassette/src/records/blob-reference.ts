import { Malformed } from '../encoding/malformed.ts'

/**
 * Where a blob is: an even number is twice its ordinal in the frame that the reference stands in, an odd one is twice its
 * number in the file plus one. Numbers, because a record has several of them and they hardly compress.
 */
export type BlobReference = number

export function nearReference(ordinal: number): BlobReference {
  return ordinal * 2
}

export function farReference(number: number): BlobReference {
  return number * 2 + 1
}

export function isNear(reference: BlobReference): boolean {
  return reference % 2 === 0
}

/** Ordinal of a near reference, number of a far one. */
export function referenceTarget(reference: BlobReference): number {
  return Math.floor(reference / 2)
}

/** References inside an extension: LEB128, one after another. */
export function encodeReferences(references: readonly BlobReference[]): Buffer {
  const bytes: number[] = []
  for (const reference of references) {
    let rest = reference
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    bytes.push(rest)
  }
  return Buffer.from(bytes)
}

/** @throws Malformed */
export function readReferences(bytes: Buffer): BlobReference[] {
  const references: BlobReference[] = []
  let value = 0
  let scale = 1
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale
    if (byte >= 0x80) scale *= 0x80
    else {
      references.push(value)
      value = 0
      scale = 1
    }
    if (scale > 0x80 ** 6) throw new Malformed('a blob reference is too long')
  }
  if (scale !== 1 || references.length === 0) throw new Malformed('a blob reference is cut off')
  return references
}
