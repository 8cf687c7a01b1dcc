import type { IncomingMessage } from 'node:http'
import type { PatchRegistry } from '@retake/core'
import type { TriggerSink } from '@retake/session'
import { bodyPushed } from './awaited-body.ts'
import { triggerOf } from './inbound-trigger.ts'

type Push = (this: IncomingMessage, chunk: unknown, encoding?: BufferEncoding) => boolean

/**
 * Tells the bodies of inbound requests as the parser hands them over. `IncomingMessage` inherits `push`: an own one on
 * its prototype hears every body, and costs the responses of outgoing calls one look for a stamp per chunk.
 *
 * A body that the app leaves unread is dumped by Node once the response is finished, without `push`: then the request ends
 * with less than its Content-Length says.
 */
export function observeRequestBodies(patches: PatchRegistry, prototype: IncomingMessage, sink: TriggerSink): void {
  const native = prototype.push as Push
  const push: Push = function push(chunk, encoding) {
    const trigger = triggerOf(this)
    if (trigger?.scope !== undefined && !trigger.requestEnded) {
      if (chunk === null) {
        trigger.requestEnded = true
        sink.requestEnd(trigger.scope, this.rawTrailers)
      } else if (chunk instanceof Uint8Array) sink.requestBody(trigger.scope, chunk)
    }
    const more = native.call(this, chunk, encoding)
    if (trigger === undefined) bodyPushed(this, chunk)
    return more
  }
  patches.replace(prototype, 'push', push)
}
