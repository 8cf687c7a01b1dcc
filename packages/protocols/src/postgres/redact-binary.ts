import { Buffer } from 'node:buffer'
import type { FieldRedactor } from '@retake/core'

const jsonbType = 3802
const recordType = 2249
/** Types whose binary form is their text: "char", name, text, json, xml, unknown, bpchar, varchar. */
const textTypes: ReadonlySet<number> = new Set([18, 19, 25, 114, 142, 705, 1042, 1043])
/** Types whose bytes may be any others: not known, bytea, int8, int2, int4, uuid. */
const freeTypes: ReadonlySet<number> = new Set([0, 17, 20, 21, 23, 2950])
/** Arrays in composites in arrays …: what is deeper stays. */
const deepest = 16

/** How a value of a type is redacted. */
export interface BinaryRedaction {
  readonly redact: FieldRedactor
  /** A text, and a JSON document, under the name that the whole value has. */
  text(value: Buffer): Uint8Array
  /** Name of the column or parameter, where it has one. */
  readonly name: string | undefined
}

/**
 * Takes secrets out of a value in binary format: texts and documents, also as items of arrays and members of composites; of
 * other types (bytea, numbers, uuid) by the name, and tokens of known shapes within their bytes.
 * @returns The same bytes when nothing is secret.
 */
export function redactBinary(value: Buffer, type: number, redaction: BinaryRedaction, depth = 0): Uint8Array {
  const { redact, text } = redaction
  if (textTypes.has(type)) return text(value)
  if (type === jsonbType) {
    // There is a version byte in front.
    if (value[0] !== 1) return value
    const document = value.subarray(1)
    const redacted = redact.body(document, 'application/json')
    return redacted === document ? value : Buffer.concat([value.subarray(0, 1), redacted])
  }
  if (freeTypes.has(type)) return redactFree(value, type, redaction)
  if (depth >= deepest) return value
  const parts = type === recordType ? recordParts(value) : arrayParts(value)
  if (parts === undefined) return value
  return rewritten(value, parts, (part, partType) => redactBinary(part, partType, redaction, depth + 1))
}

function redactFree(value: Buffer, type: number, { redact, name }: BinaryRedaction): Uint8Array {
  // One byte is a flag.
  if (name !== undefined && value.length > 1 && redact.tells(name, 'column')) {
    const before = value.toString('hex')
    const after = redact.named(name, before, 'column')
    if (after !== before)
      return after.length === before.length && /^[\da-f]*$/.test(after) ? Buffer.from(after, 'hex') : Buffer.alloc(value.length)
  }
  if (type !== 17 && type !== 0) return value
  return redact.body(value, undefined)
}

/** A value within an array or a composite: its type, where its length is, and where it ends. */
interface Part {
  readonly type: number
  readonly lengthAt: number
  readonly end: number
}

/** `int32 dimensions, int32 has nulls, int32 type, (int32 size, int32 lower bound)*, (int32 length, bytes)*` (array_send). */
function arrayParts(value: Buffer): readonly Part[] | undefined {
  if (value.length < 12) return undefined
  const dimensions = value.readInt32BE(0)
  if (dimensions < 0 || dimensions > 6 || value.readUInt32BE(4) > 1) return undefined
  return lengthsFrom(value, 12 + dimensions * 8, () => value.readUInt32BE(8))
}

/** `int32 columns, (int32 type, int32 length, bytes)*` (record_send). */
function recordParts(value: Buffer): readonly Part[] | undefined {
  if (value.length < 4) return undefined
  return lengthsFrom(value, 4, (at) => (at + 4 <= value.length ? value.readUInt32BE(at) : undefined), 4)
}

/** @returns `undefined` where the bytes are something else. */
function lengthsFrom(value: Buffer, from: number, typeAt: (at: number) => number | undefined, before = 0): readonly Part[] | undefined {
  const parts: Part[] = []
  let at = from
  while (at < value.length) {
    const type = typeAt(at)
    const lengthAt = at + before
    if (type === undefined || lengthAt + 4 > value.length) return undefined
    const length = value.readInt32BE(lengthAt)
    const end = lengthAt + 4 + Math.max(0, length)
    if (length < -1 || end > value.length) return undefined
    if (length >= 0) parts.push({ type, lengthAt, end })
    at = end
  }
  return at === value.length ? parts : undefined
}

function rewritten(value: Buffer, parts: readonly Part[], redactPart: (part: Buffer, type: number) => Uint8Array): Uint8Array {
  const pieces: Uint8Array[] = []
  let copied = 0
  for (const { type, lengthAt, end } of parts) {
    const part = value.subarray(lengthAt + 4, end)
    const redacted = redactPart(part, type)
    if (redacted === part) continue
    const length = Buffer.alloc(4)
    length.writeInt32BE(redacted.length)
    pieces.push(value.subarray(copied, lengthAt), length, redacted)
    copied = end
  }
  return pieces.length === 0 ? value : Buffer.concat([...pieces, value.subarray(copied)])
}
