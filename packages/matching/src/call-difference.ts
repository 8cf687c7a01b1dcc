import type { CallDifference, FieldValue } from '@retake/core'
import type { FieldDifference } from './field-difference.ts'
import { textOf } from './printable.ts'

/** Longer values are cut: an account goes over a socket, and into reports. */
const longestValue = 16_384

/** A difference between a recorded call and an asked one, as accounts have it. */
export function callDifference({ path, recorded, asked }: FieldDifference): CallDifference {
  return {
    path,
    ...(recorded !== undefined && { recorded: valueText(recorded) }),
    ...(asked !== undefined && { asked: valueText(asked) }),
  }
}

/** A text as it is, everything else as JSON; bytes are text where they can be, and `<hex …>` otherwise. */
function valueText(value: FieldValue): string {
  const text = typeof value === 'string' ? value : value instanceof Uint8Array ? bytesText(value) : JSON.stringify(value, withBytes)
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`
}

function withBytes(_name: string, value: unknown): unknown {
  // A Buffer has turned itself into an object by now.
  const { data } = (value ?? {}) as { readonly data?: unknown }
  if (Buffer.isBuffer(value) || value instanceof Uint8Array) return bytesText(value)
  return Array.isArray(data) && (value as { readonly type?: unknown }).type === 'Buffer'
    ? bytesText(Uint8Array.from(data as number[]))
    : value
}

function bytesText(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, longestValue / 2)
  return (
    textOf(bytes) ??
    `<hex ${Buffer.from(shown.buffer, shown.byteOffset, shown.byteLength).toString('hex')}${shown.length < bytes.length ? '…' : ''}>`
  )
}
