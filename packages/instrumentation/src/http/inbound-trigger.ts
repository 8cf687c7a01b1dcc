import type { Scope } from '@retake/core'
import { createStamp, type Stamp } from '../stamp.ts'

/** What is remembered of an inbound request while it lasts. */
export interface InboundTrigger {
  /** `undefined`: no take is made of this request. */
  readonly scope: Scope | undefined
  requestEnded: boolean
  responseEnded: boolean
  /** Whether the ids of the app's span were told, or need not be looked for. */
  traced: boolean
}

const triggers: Stamp<InboundTrigger> = createStamp()

/** @param request An IncomingMessage, or whatever an app put in its place. */
export function triggerOf(request: unknown): InboundTrigger | undefined {
  return typeof request === 'object' && request !== null ? triggers.get(request) : undefined
}

export function bindTrigger(request: object, scope: Scope | undefined): InboundTrigger {
  const trigger: InboundTrigger = { scope, requestEnded: false, responseEnded: false, traced: false }
  triggers.set(request, trigger)
  return trigger
}
