import { nativeImmediates, type PatchRegistry, primordials, type Scope, scopes } from '@retake/core'
import type { TriggerSink } from '@retake/session'
import { bodyPushed, type EarlyBody, stopAwaiting } from '../http/awaited-body.ts'
import { type InboundTrigger, triggerOf } from '../http/inbound-trigger.ts'
import { streamEvent } from './response-frames.ts'
import type { ServerStream } from './server-stream.ts'
import { notesOf } from './stream-notes.ts'

type Emit = (this: ServerStream, event: unknown, ...rest: unknown[]) => unknown
/** Listeners as `events` keeps them, by the name of the event. */
interface Emitter {
  readonly _events?: { readonly [event: PropertyKey]: unknown }
}

type Push = (this: ServerStream, chunk: unknown, encoding?: BufferEncoding) => boolean

/** A take's events that say that its stream is over, whoever ended it. */
const endings: ReadonlySet<unknown> = new Set(['aborted', 'error', 'close'])

/**
 * Tells the bodies of HTTP/2 requests as Node hands them over, and runs what hears of a stream in the scope of its take:
 * Node emits events of streams in the async context of their connection.
 */
export function observeStreams(patches: PatchRegistry, stream: ServerStream, sink: TriggerSink): void {
  const nativePush = stream.push as Push
  const nativeEmit = stream.emit as Emit

  const push: Push = function push(chunk, encoding) {
    const trigger = triggerOf(this)
    if (trigger === undefined) cameEarly(this, chunk)
    else if (trigger.scope !== undefined) told(sink, this, trigger, chunk)
    const more = nativePush.call(this, chunk, encoding)
    if (trigger === undefined) bodyPushed(this, chunk)
    return more
  }
  patches.replace(stream, 'push', push)

  const emit: Emit = function emit(event) {
    const trigger = triggerOf(this)
    // Before the app has heard of the stream it cannot hear of its end, and an error would be nobody's.
    if (trigger === undefined && endings.has(event)) stopAwaiting(this)
    const scope = trigger?.scope
    if (scope === undefined) return nativeEmit.apply(this, arguments as unknown as [unknown])
    if (event === 'trailers') notesOf(this).trailers = arguments[3] as readonly string[]
    streamEvent(sink, this, event)
    // Most events have no listener; asking for the scope would cost more than emitting them.
    if (event !== 'error' && (this as unknown as Emitter)._events?.[event as PropertyKey] === undefined)
      return nativeEmit.apply(this, arguments as unknown as [unknown])
    if (nativeImmediates.depth > 0) return amidst(nativeEmit, this, arguments, scope)
    if (scopes.getStore() === scope) return nativeEmit.apply(this, arguments as unknown as [unknown])
    return scopes.run(scope, applied, nativeEmit, this, arguments)
  }
  patches.replace(stream, 'emit', emit)
}

/** A function of the module: no closure is made per event. */
function applied(emit: Emit, stream: ServerStream, args: IArguments): unknown {
  return emit.apply(stream, args as unknown as [unknown])
}

/** Listeners that Node calls in the midst of its own work. */
function amidst(emit: Emit, stream: ServerStream, args: IArguments, scope: Scope): unknown {
  const { depth } = nativeImmediates
  nativeImmediates.depth = 0
  try {
    return scopes.run(scope, applied, emit, stream, args)
  } finally {
    nativeImmediates.depth = depth
  }
}

/** What arrived before the app heard of the stream: a request without a body ends with its head. */
export function tellEarly(sink: TriggerSink, stream: ServerStream): void {
  const trigger = triggerOf(stream)
  if (trigger?.scope === undefined) return
  const { early, endedEarly } = notesOf(stream)
  for (const chunk of early) told(sink, stream, trigger, chunk)
  if (endedEarly) told(sink, stream, trigger, null)
}

/** What is there already of a request's body. */
export function earlyBody(stream: ServerStream): EarlyBody {
  const { early, endedEarly } = notesOf(stream)
  return { chunks: early, ended: endedEarly }
}

function cameEarly(stream: ServerStream, chunk: unknown): void {
  const notes = notesOf(stream)
  if (chunk === null) notes.endedEarly = true
  else if (chunk instanceof Uint8Array) notes.early.push(chunk)
}

function told(sink: TriggerSink, stream: ServerStream, trigger: InboundTrigger, chunk: unknown): void {
  const { scope } = trigger
  if (scope === undefined || trigger.requestEnded) return
  if (chunk instanceof Uint8Array) sink.requestBody(scope, chunk)
  if (chunk !== null) return
  trigger.requestEnded = true
  // A body that was cut off ends here, too.
  if (stream.aborted) return
  // Node tells of trailers in a tick that it has asked for before this.
  primordials.nextTick(() => sink.requestEnd(scope, notesOf(stream).trailers))
}
