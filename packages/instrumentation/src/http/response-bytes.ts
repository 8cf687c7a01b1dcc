import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { PatchRegistry, Scope } from '@retake/core'
import type { TriggerSink } from '@retake/session'
import { triggerOf } from './inbound-trigger.ts'
import { traceLate } from './trigger-trace.ts'

/** The members of `OutgoingMessage` through which bytes reach the connection; the same in Node 20, 22, 24 and 26. */
interface RawResponse extends Omit<ServerResponse, 'socket'> {
  readonly socket: (Socket & { readonly _httpMessage?: unknown }) | null
  readonly outputData: readonly { readonly data: unknown; readonly encoding: unknown }[]
  _writeRaw(data: string | Uint8Array, encoding?: unknown, callback?: unknown, size?: number): boolean
  _flushOutput(socket: Socket): boolean | undefined
  _finish(): void
}

/**
 * Tells the bytes of responses exactly as they go to the connection, each once and in order.
 *
 * `_writeRaw` either writes to the socket, after flushing what is queued in `outputData`, or, while the socket belongs
 * to an earlier response of a pipeline, queues. `_send` puts a head that cannot be joined to its first chunk right into
 * `outputData`. So what `_writeRaw` gets counts when it will write, and what is queued counts when `_flushOutput` hands it
 * over. 1xx answers come through `_writeRaw` as well.
 */
export function observeResponses(patches: PatchRegistry, prototype: ServerResponse, sink: TriggerSink): void {
  const raw = prototype as unknown as RawResponse
  const { _writeRaw: nativeWriteRaw, _flushOutput: nativeFlushOutput, _finish: nativeFinish, emit: nativeEmit } = raw

  patches.replace(
    raw,
    '_writeRaw',
    function _writeRaw(this: RawResponse, data: string | Uint8Array, encoding: unknown, callback: unknown, size?: number) {
      const trigger = triggerOf(this.req)
      if (trigger?.scope !== undefined) {
        const { socket } = this
        if (socket !== null && socket._httpMessage === this && socket.writable && !socket.destroyed) {
          if (!trigger.traced) traceLate(sink, trigger, trigger.scope)
          if (this.outputData.length > 0) this._flushOutput(socket)
          tell(sink, trigger.scope, data, encoding)
        }
      }
      return nativeWriteRaw.call(this, data, encoding, callback, size)
    },
  )

  patches.replace(raw, '_flushOutput', function _flushOutput(this: RawResponse, socket: Socket) {
    if (this.outputData.length > 0) {
      const scope = triggerOf(this.req)?.scope
      if (scope !== undefined) for (const { data, encoding } of this.outputData) tell(sink, scope, data, encoding)
    }
    return nativeFlushOutput.call(this, socket)
  })

  // Called once, when everything was handed to the socket: inside `end()`, or when a pipelined response gets its turn.
  patches.replace(raw, '_finish', function _finish(this: RawResponse) {
    nativeFinish.call(this)
    const trigger = triggerOf(this.req)
    if (trigger?.scope === undefined || trigger.responseEnded || this.socket?.destroyed === true) return
    trigger.responseEnded = true
    sink.responseEnd(trigger.scope, 'finished')
  })

  // 'close' without an end before it: the connection went first. A listener would be visible to the app.
  patches.replace(raw, 'emit', function emit(this: RawResponse, event: string) {
    if (event === 'close') {
      const trigger = triggerOf(this.req)
      if (trigger?.scope !== undefined && !trigger.responseEnded) {
        trigger.responseEnded = true
        sink.responseEnd(trigger.scope, 'aborted')
      }
    }
    return nativeEmit.apply(this, arguments as unknown as Parameters<typeof nativeEmit>)
  })
}

/** Tells bytes in whatever form they were written. */
export function tell(sink: TriggerSink, scope: Scope, data: unknown, encoding: unknown): void {
  if (typeof data === 'string' ? data.length > 0 : data instanceof Uint8Array && data.length > 0) {
    sink.responseBytes(scope, data as string | Uint8Array, typeof encoding === 'string' ? (encoding as BufferEncoding) : undefined)
  }
}
