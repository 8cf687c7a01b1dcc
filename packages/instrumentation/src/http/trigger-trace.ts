import type { Scope } from '@retake/core'
import type { TriggerSink } from '@retake/session'
import { activeSpanIds, noteOnServerSpan, serverSpanIds } from '../telemetry/app-telemetry.ts'
import type { InboundTrigger } from './inbound-trigger.ts'

/**
 * Tells the ids of the app's server span, and notes on it what the session wants to have there.
 * @returns Whether there is one.
 */
export function traceByServerSpan(sink: TriggerSink, scope: Scope): boolean {
  const ids = serverSpanIds()
  if (ids === undefined) return false
  sink.trace(scope, ids)
  const attributes = sink.spanAttributes?.(scope)
  if (attributes !== undefined) noteOnServerSpan(attributes)
  return true
}

/** The app's instrumentation sits below ours: its span was not there yet when the request came in, and is now. */
export function traceLate(sink: TriggerSink, trigger: InboundTrigger, scope: Scope): void {
  trigger.traced = true
  if (traceByServerSpan(sink, scope)) return
  const ids = activeSpanIds()
  if (ids !== undefined) sink.trace(scope, ids)
}
