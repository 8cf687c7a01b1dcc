import { type Scope, scopes, type SpanIds } from '@retake/core'
import type { RequestHead, TriggerSink } from '@retake/session'
import { appHasTelemetry } from '../telemetry/app-telemetry.ts'
import type { Method } from '../transparent-wrapper.ts'
import { bindTrigger } from './inbound-trigger.ts'
import { traceByServerSpan } from './trigger-trace.ts'

/** Whose ids are told of a request. */
export interface HttpTriggerOptions {
  /** Those of the app's own telemetry. @default true */
  readonly appIds?: boolean
  /** Our own, for an app that has no telemetry. @default none */
  readonly ownIds?: (scope: Scope) => SpanIds | undefined
}

/** What is patched into servers of every kind. */
export interface TriggerInstallation {
  readonly sink: TriggerSink
  readonly ids: HttpTriggerOptions
}

/** An event by which a server hears of a request, kept until it is emitted. */
export interface HeldEvent {
  readonly emit: Method
  readonly emitter: unknown
  readonly args: readonly unknown[]
}

/**
 * Begins a take with a request, and lets the app hear of it in the take's scope.
 * @param bearer What stands for the request from now on.
 * @param body What has arrived of the body, where it was waited for.
 */
export function beginTake(
  { sink, ids }: TriggerInstallation,
  bearer: object,
  head: RequestHead,
  event: HeldEvent,
  body?: Uint8Array,
): unknown {
  const scope = sink.begin(head, body)
  const trigger = bindTrigger(bearer, scope)
  if (scope === undefined) return emitHeld(event)
  if (ids.appIds !== false && appHasTelemetry()) {
    // The app's wrapper runs around ours: the server span is there already.
    trigger.traced = traceByServerSpan(sink, scope)
  } else {
    trigger.traced = true
    const own = ids.ownIds?.(scope)
    if (own !== undefined) sink.trace(scope, { ...own, own: true })
  }
  return scopes.run(scope, emitHeld, event)
}

/** A function of the module: no closure is made per request. */
function emitHeld({ emit, emitter, args }: HeldEvent): unknown {
  return emit.apply(emitter, args as unknown[])
}
