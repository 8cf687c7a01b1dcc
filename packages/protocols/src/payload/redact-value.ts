import { Buffer } from 'node:buffer'
import type { FieldRedactor, FieldValue } from '@retake/core'
import { jsonValue } from './json-value.ts'

/**
 * Replaces what is secret in a field value. Text is looked at as text, bytes as a body, and a document as the JSON that
 * it was: so the same rules hold for it as for the same JSON on the wire (a name tells about all that is below it).
 * @param name Name under which the value stands, where it has one.
 */
export function redactValue(value: FieldValue, redact: FieldRedactor, name?: string): FieldValue {
  if (typeof value === 'string') return name === undefined ? redact.text(value) : redact.named(name, value)
  if (value instanceof Uint8Array) return redact.body(value, undefined)
  if (name !== undefined) return member(redactDocument({ [name]: value }, redact), name)
  return redactDocument(value, redact)
}

function redactDocument(value: FieldValue, redact: FieldRedactor): FieldValue {
  if (typeof value !== 'object' || value === null) return value
  const before = Buffer.from(JSON.stringify(value))
  const after = redact.body(before, 'application/json')
  if (after === before) return value
  const redacted = jsonValue(Buffer.from(after.buffer, after.byteOffset, after.byteLength).toString('utf8'))
  // A redactor that makes something else out of JSON has replaced too much rather than too little.
  return redacted === undefined ? null : markNumbers(value, redacted.value)
}

/**
 * A replaced number is kept as text: only in text can it be recognised as a placeholder when calls are compared.
 */
function markNumbers(before: FieldValue, after: FieldValue): FieldValue {
  if (typeof after === 'number') return after === before ? after : { '#number': String(after) }
  if (typeof after !== 'object' || after === null || after instanceof Uint8Array) return after
  // Bytes are known by their list as a whole.
  if (isBuffer(after)) return after
  if (Array.isArray(after))
    return after.map((item: FieldValue, at) => markNumbers(Array.isArray(before) ? (before[at] as FieldValue) : null, item))
  return Object.fromEntries(Object.entries(after).map(([name, item]) => [name, markNumbers(member(before, name), item)]))
}

/** As Node writes one in JSON. */
function isBuffer(value: object): boolean {
  return 'type' in value && value.type === 'Buffer' && 'data' in value && Array.isArray(value.data)
}

function member(value: FieldValue, name: string): FieldValue {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || Array.isArray(value)) return null
  return (value as { readonly [name: string]: FieldValue })[name] ?? null
}
