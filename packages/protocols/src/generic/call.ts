import { type Call, type FieldValue, targetName } from '@retake/core'
import type { ConnectionFacts } from '../protocol.ts'
import { opaqueField } from '../payload/body-fields.ts'
import type { CollectedBody } from '../payload/collected-body.ts'

/** What the client sent since the last answer, at its place in the connection. */
export function opaqueCall(sent: CollectedBody, position: number, facts: ConnectionFacts): Call {
  const target = targetName(facts.target)
  const length = 'bytes' in sent ? sent.bytes.length : sent.length
  const fields: { [name: string]: FieldValue } = { target, position }
  if (length > 0) fields.sent = 'bytes' in sent ? opaqueField(sent.bytes) : { sha256: sent.sha256, length }
  // No preview of the bytes: the label is shown everywhere, and nobody knows what they hold.
  // Who was asked nothing has done nothing: a pool of another size is greeted more or fewer times.
  if (length === 0) return { protocol: 'generic', target, label: `greeting of ${target}`, effect: 'session', fields }
  return { protocol: 'generic', target, label: `${length} bytes to ${target} (exchange ${position})`, effect: 'write', fields }
}

/** Name of the fact that the server spoke first. */
export const greetsFact = 'greets'
