import { type Call, type FieldValue, targetName } from '@retake/core'
import type { ConnectionFacts } from '../protocol.ts'
import { opaqueField } from '../payload/body-fields.ts'
import { type CollectedBody, sha256 } from '../payload/collected-body.ts'

/** What the client sent since the last answer, at its place in the connection. */
export function opaqueCall(sent: CollectedBody, position: number, facts: ConnectionFacts): Call {
  const target = targetName(facts.target)
  const length = 'bytes' in sent ? sent.bytes.length : sent.length
  const fields: { [name: string]: FieldValue } = { target, position }
  if (length > 0) fields.sent = 'bytes' in sent ? opaqueField(sent.bytes) : { sha256: sent.sha256, length }
  // No preview of the bytes: the label is shown everywhere, and nobody knows what they hold.
  return { protocol: 'generic', target, label: `${length} bytes to ${target} (exchange ${position})`, effect: 'write', fields }
}

/** Name of the fact that says how many bytes the exchange has that begins with this write. */
export function exchangeFact(position: number, firstWrite: Uint8Array): string {
  return `exchange ${position} ${sha256(firstWrite).slice(0, 16)}`
}

/** Name of the fact that the server spoke first. */
export const greetsFact = 'greets'
