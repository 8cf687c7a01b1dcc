import { Buffer, isUtf8 } from 'node:buffer'
import type { FieldRedactor } from '@retake/core'
import type { FieldSchema, MessageSchema } from './schema.ts'
import { varintBytes, type WireField, wireFields } from './wire.ts'

const deepest = 100

/**
 * Replaces what is secret in a message: fields by their names, texts and bytes by their looks. Everything else stays byte by byte, fields that the schema
 * does not know among it.
 * @param name A name around it that tells: then all that is in it is secret.
 * @returns The same instance when nothing was replaced, or when the bytes are no such message.
 */
export function redactMessage(bytes: Uint8Array, schema: MessageSchema, redact: FieldRedactor, name?: string, depth = 0): Uint8Array {
  const fields = depth > deepest ? undefined : wireFields(bytes)
  if (fields === undefined) return name === undefined ? bytes : redactBytes(bytes, name, redact)
  const pieces: Uint8Array[] = []
  let copied = 0
  for (const wire of fields) {
    const field = schema.field(wire.id)
    const content = redactField(wire, field, name ?? tellingName(field, redact), redact, depth)
    if (content === undefined) continue
    const tag = varintBytes((BigInt(wire.id) << 3n) | BigInt(wire.wire))
    const length = wire.wire === 2 ? varintBytes(BigInt(content.length)) : new Uint8Array()
    pieces.push(bytes.subarray(copied, wire.start), tag, length, content)
    copied = wire.end
  }
  return copied === 0 && pieces.length === 0 ? bytes : new Uint8Array(Buffer.concat([...pieces, bytes.subarray(copied)]))
}

function tellingName(field: FieldSchema | undefined, redact: FieldRedactor): string | undefined {
  return field !== undefined && redact.tells(field.name) ? field.name : undefined
}

/** @returns The other content of a field; `undefined` when it stays. */
function redactField(
  wire: WireField,
  field: FieldSchema | undefined,
  name: string | undefined,
  redact: FieldRedactor,
  depth: number,
): Uint8Array | undefined {
  const { bytes } = wire
  let after = bytes
  if (wire.wire === 2) {
    if (field?.message !== undefined) after = redactMessage(bytes, field.message, redact, name, depth + 1)
    else if (field?.type === 'string' && isUtf8(bytes)) after = redactText(bytes, name ?? field.name, redact)
    else if (name !== undefined) after = redactBytes(bytes, name, redact)
    else after = redact.body(bytes, undefined)
    return after === bytes ? undefined : after
  }
  // A number: a date or a count is none, whatever is around it, but a PIN is.
  if (name === undefined || wire.wire !== 0 || field?.type === 'bool' || field?.type === 'enum') return undefined
  const digits = String(wire.varint)
  const other = redact.named(name, digits)
  return other === digits ? undefined : varintBytes(/^\d{1,19}$/.test(other) ? BigInt(other) : 0n)
}

function redactText(bytes: Uint8Array, name: string, redact: FieldRedactor): Uint8Array {
  const before = Buffer.from(bytes).toString('utf8')
  const after = redact.named(name, before)
  return after === before ? bytes : new Uint8Array(Buffer.from(after, 'utf8'))
}

function redactBytes(bytes: Uint8Array, name: string, redact: FieldRedactor): Uint8Array {
  if (isUtf8(bytes)) return redactText(bytes, name, redact)
  const before = Buffer.from(bytes).toString('hex')
  const after = redact.named(name, before)
  if (after === before) return bytes
  return /^(?:[\da-f]{2})*$/.test(after) ? new Uint8Array(Buffer.from(after, 'hex')) : new Uint8Array(bytes.length).fill(0xff)
}
