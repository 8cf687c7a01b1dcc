import { type Call, type FieldValue, type Target, targetName } from '@retake/core'
import { opaqueField } from '../../payload/body-fields.ts'
import { canonicalQuery, requestAddress } from '../call.ts'
import type { RequestHead } from '../head.ts'
import type { ClientMessage } from './messages.ts'

/** The call that one message on a WebSocket is. Its outcome is what the server sends up to the next message. */
export function messageCall(message: ClientMessage, request: RequestHead, target: Target): Call {
  const address = requestAddress(request, target)
  const origin = address.origin.replace(/^http/, 'ws')
  const fields: { [name: string]: FieldValue } = { method: 'MESSAGE', origin, path: address.path }
  if (address.query) fields.query = canonicalQuery(address.query)
  fields.kind = message.kind
  const { body } = message
  if ('sha256' in body) fields.message = { sha256: body.sha256, length: body.length }
  else if (body.bytes.length > 0) fields.message = message.kind === 'text' ? opaqueField(body.bytes) : body.bytes.slice()
  const verb = message.kind === 'close' ? 'CLOSE' : 'MESSAGE'
  return { protocol: 'http1', target: targetName(target), label: `${verb} ${origin}${address.path}`, effect: 'write', fields }
}
