import type { Call, Target } from '@retake/core'
import type { CollectedBody } from '../payload/collected-body.ts'
import { requestCall } from './call.ts'
import { parseRequestHead, type RequestHead, type UnreadableHead } from './head.ts'

const rememberedHeads = 500
/** Longer heads, UTF-16 units, are rarely the same twice. */
const rememberedLength = 2048
const emptyBody: CollectedBody = { bytes: new Uint8Array(0) }

/** A head that was seen, with the call that it is where no body follows. */
interface SeenHead extends RequestHead {
  asked: { readonly target: Target; readonly call: Call } | undefined
}

const seen: Map<string, SeenHead> = new Map()

/** As `parseRequestHead`; the same text gives the same head, as long as it is remembered. */
export function rememberedHead(text: string): RequestHead | UnreadableHead {
  const known = seen.get(text)
  if (known !== undefined) return known
  const head = parseRequestHead(text)
  if ('unreadable' in head || text.length > rememberedLength) return head
  const remembered: SeenHead = { ...head, asked: undefined }
  if (seen.size >= rememberedHeads) seen.clear()
  seen.set(text, remembered)
  return remembered
}

/** A head that is remembered, when the text is the whole of its message: nothing follows it. */
export function rememberedMessage(text: string): RequestHead | undefined {
  const head = seen.get(text)
  if (head === undefined) return undefined
  const { chunked, coded, length = 0 } = head.framing
  return chunked || coded || length > 0 ? undefined : head
}

/** The call of a request without a body; the same head gives the same call. */
export function bodylessCall(head: RequestHead, target: Target): Call {
  if (!('asked' in head)) return requestCall(head, emptyBody, target)
  const remembered = head as SeenHead
  const { asked } = remembered
  if (asked !== undefined && isSame(asked.target, target)) return asked.call
  const call = requestCall(head, emptyBody, target)
  remembered.asked = { target, call }
  return call
}

function isSame(one: Target, other: Target): boolean {
  return one === other || (one.host === other.host && one.port === other.port && one.path === other.path && one.secure === other.secure)
}
