import type { Scope } from '@retake/core'
import { Stamped } from '../stamp.ts'

/** What is remembered of an inbound request while it lasts. */
export interface InboundTrigger {
  /** `undefined`: no take is made of this request. */
  readonly scope: Scope | undefined
  requestEnded: boolean
  responseEnded: boolean
  /** Whether the ids of the app's span were told, or need not be looked for. */
  traced: boolean
}

/** The trigger that a request is. */
class RequestTrigger extends Stamped {
  #trigger: InboundTrigger
  constructor(request: object, trigger: InboundTrigger) {
    super(request)
    this.#trigger = trigger
  }
  static get(request: object): InboundTrigger | undefined {
    return #trigger in request ? request.#trigger : undefined
  }
  static set(request: object, trigger: InboundTrigger): void {
    if (#trigger in request) request.#trigger = trigger
    else new RequestTrigger(request, trigger)
  }
}

/** @param request An IncomingMessage, or whatever an app put in its place. */
export function triggerOf(request: unknown): InboundTrigger | undefined {
  return typeof request === 'object' && request !== null ? RequestTrigger.get(request) : undefined
}

export function bindTrigger(request: object, scope: Scope | undefined): InboundTrigger {
  const trigger: InboundTrigger = { scope, requestEnded: false, responseEnded: false, traced: false }
  RequestTrigger.set(request, trigger)
  return trigger
}
