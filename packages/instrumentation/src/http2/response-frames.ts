import type { PatchRegistry, Scope } from '@retake/core'
import type { ResponseBlock, TriggerSink } from '@retake/session'
import { type InboundTrigger, triggerOf } from '../http/inbound-trigger.ts'
import { tell } from '../http/response-bytes.ts'
import { traceLate } from '../http/trigger-trace.ts'
import { readHeaderBlock } from './header-block.ts'
import { fileSent, observeSentFiles } from './sent-file.ts'
import { notesOf } from './stream-notes.ts'
import { isConnectionGone, type NativeBlock, type ServerStream, type StreamHandle } from './server-stream.ts'

/** Of the options of the native `respond` (src/node_http2.h): nothing follows the head; trailers are asked for. */
const responseOptions = { noBody: 1, trailers: 2 } as const

/**
 * Tells what HTTP/2 responses are made of, as it goes to nghttp2: blocks of fields in their order on the wire, and pieces of
 * the body as they are written. Fields are heard on the native side, where every way to send them ends
 * (`respond`, `respondWithFile`, a first `write`, the compatibility API).
 */
export function observeFrames(patches: PatchRegistry, prototypes: { stream: ServerStream; handle: StreamHandle }, sink: TriggerSink): void {
  const { stream, handle } = prototypes
  observeSentFiles(patches, stream)
  observeBlocks(patches, handle, sink)
  const { _write: nativeWrite, _writev: nativeWritev } = stream

  patches.replace(stream, '_write', function _write(this: ServerStream, data: unknown, encoding: BufferEncoding, callback: unknown) {
    const trigger = triggerOf(this)
    if (trigger?.scope !== undefined && !this.destroyed) {
      // The head of a response that nobody began goes first.
      const begins = !this.headersSent
      if (!begins) tell(sink, trigger.scope, data, encoding)
      nativeWrite.call(this, data, encoding, callback)
      if (begins) tell(sink, trigger.scope, data, encoding)
      return
    }
    nativeWrite.call(this, data, encoding, callback)
  })

  patches.replace(stream, '_writev', function _writev(this: ServerStream, data: Parameters<ServerStream['_writev']>[0], callback: unknown) {
    const trigger = triggerOf(this)
    if (trigger?.scope !== undefined && !this.destroyed) {
      const { scope } = trigger
      const begins = !this.headersSent
      // As they are now: Node forgets them when they are sent.
      const pieces = begins ? [...data] : data
      if (!begins) for (const { chunk, encoding } of pieces) tell(sink, scope, chunk, encoding)
      nativeWritev.call(this, data, callback)
      if (begins) for (const { chunk, encoding } of pieces) tell(sink, scope, chunk, encoding)
      return
    }
    nativeWritev.call(this, data, callback)
  })
}

function observeBlocks(patches: PatchRegistry, handle: StreamHandle, sink: TriggerSink): void {
  const { respond, info, trailers, pushPromise, rstStream } = handle

  patches.replace(handle, 'respond', function (this: StreamHandle, block: NativeBlock, options: number): number {
    const result = respond.call(this, block, options)
    const trigger = this.owner === undefined ? undefined : triggerOf(this.owner)
    if (trigger?.scope !== undefined && this.owner !== undefined && result >= 0) {
      if (!trigger.traced) traceLate(sink, trigger, trigger.scope)
      if ((options & responseOptions.trailers) !== 0 && (options & responseOptions.noBody) === 0) notesOf(this.owner).endsLater = true
      sink.responseFields(trigger.scope, 'final', readHeaderBlock(block[0]))
      if (sink.hearsResponses) fileSent(this.owner, (bytes) => sink.responseBytes(trigger.scope as Scope, bytes, undefined))
    }
    return result
  })

  const observe = (name: 'info' | 'trailers', kind: ResponseBlock, native: (this: StreamHandle, block: NativeBlock) => number): void =>
    patches.replace(handle, name, function (this: StreamHandle, block: NativeBlock): number {
      const result = native.call(this, block)
      const trigger = this.owner === undefined ? undefined : triggerOf(this.owner)
      if (trigger?.scope !== undefined && result >= 0) {
        sink.responseFields(trigger.scope, kind, readHeaderBlock(block[0]))
        if (kind === 'trailers') responseEnded(sink, trigger)
      }
      return result
    })
  observe('info', 'informational', info)
  observe('trailers', 'trailers', trailers)

  patches.replace(handle, 'pushPromise', function (this: StreamHandle, block: NativeBlock, options: number): number | object {
    const result = pushPromise.call(this, block, options)
    const scope = this.owner === undefined ? undefined : triggerOf(this.owner)?.scope
    if (scope !== undefined && typeof result === 'object') sink.responseFields(scope, 'push', readHeaderBlock(block[0]))
    return result
  })

  patches.replace(handle, 'rstStream', function (this: StreamHandle, code: number): void {
    const { owner } = this
    if (owner !== undefined && triggerOf(owner)?.scope !== undefined && !isConnectionGone(owner)) notesOf(owner).reset ??= code
    rstStream.call(this, code)
  })
}

/** Told before a stream's own listeners hear of it. */
export function streamEvent(sink: TriggerSink, stream: ServerStream, event: unknown): void {
  if (event !== 'finish' && event !== 'close') return
  const trigger = triggerOf(stream)
  if (trigger?.scope === undefined || trigger.responseEnded) return
  if (event === 'close') responseClosed(sink, trigger, stream)
  else if (stream.headersSent && !notesOf(stream).endsLater && !stream.aborted && stream.rstCode === 0) responseEnded(sink, trigger)
}

function responseEnded(sink: TriggerSink, trigger: InboundTrigger): void {
  if (trigger.responseEnded || trigger.scope === undefined) return
  trigger.responseEnded = true
  sink.responseEnd(trigger.scope, 'finished')
}

function responseClosed(sink: TriggerSink, trigger: InboundTrigger, stream: ServerStream): void {
  trigger.responseEnded = true
  const { scope } = trigger
  if (scope === undefined) return
  const code = notesOf(stream).reset
  if (code !== undefined && (code !== 0 || !stream.headersSent || stream.aborted))
    sink.responseEnd(scope, 'aborted', { code, by: 'server' })
  else if (stream.rstCode !== 0) sink.responseEnd(scope, 'aborted', { code: stream.rstCode, by: 'client' })
  else sink.responseEnd(scope, stream.aborted || !stream.headersSent ? 'aborted' : 'finished')
}
