import type { FieldRedactor, FieldValue } from '@retake/core'

/** Walks a field value; each text is redacted under the name of the nearest member that holds it. */
export function redactValue(value: FieldValue, redact: FieldRedactor, name?: string): FieldValue {
  if (typeof value === 'string') return name === undefined ? redact.text(value) : redact.named(name, value)
  if (typeof value === 'number') {
    if (name === undefined) return value
    // Card numbers and PINs come as numbers, too.
    const text = String(value)
    const redacted = redact.named(name, text)
    if (redacted === text) return value
    const number = Number(redacted)
    return redacted.trim() === '' || Number.isNaN(number) ? redacted : number
  }
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return redact.body(value, undefined)
  if (Array.isArray(value)) return value.map((member: FieldValue) => redactValue(member, redact, name))
  const members: [string, FieldValue][] = []
  for (const [member, content] of Object.entries(value)) {
    // `#number` is how a number too precise for a double is written: the name that counts is its owner's.
    members.push([member, redactValue(content, redact, member === '#number' ? name : member)])
  }
  return Object.fromEntries(members)
}
