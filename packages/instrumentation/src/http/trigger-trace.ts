import type { Scope } from '@retake/core'
import type { TriggerSink } from '@retake/session'
import { noteOnServerSpan, serverSpanIds } from '../telemetry/app-telemetry.ts'

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
