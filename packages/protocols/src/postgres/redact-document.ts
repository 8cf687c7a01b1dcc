import { Buffer } from 'node:buffer'
import type { FieldRedactor } from '@retake/core'

/** A value without a telling name: JSON is looked through by its members, anything else by its looks. */
export function redactDocument(value: string, redact: FieldRedactor): string {
  if (!/^\s*[[{]/.test(value)) return redact.text(value)
  try {
    JSON.parse(value)
  } catch {
    return redact.text(value)
  }
  const bytes = Buffer.from(value, 'utf8')
  const body = redact.body(bytes, 'application/json')
  return body === bytes ? value : Buffer.from(body).toString('utf8')
}
