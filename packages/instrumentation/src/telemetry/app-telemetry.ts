import type { SpanAttributes, SpanIds } from '@retake/core'

interface SpanLike {
  spanContext(): SpanIds
  setAttribute?(name: string, value: string | number | boolean): unknown
}

interface GlobalApi {
  readonly trace?: unknown
  readonly context?: { active(): { getValue(key: symbol): unknown } }
}

/**
 * The app's telemetry is read through the registered global of `@opentelemetry/api` itself: every 1.x copy keeps it under
 * this symbol, and its context keys are registered symbols too, so that copies of different minors understand each other.
 * Importing the api for two property reads would cost 14 ms of start-up in a process that may have no telemetry at all.
 */
const apiSymbol = Symbol.for('opentelemetry.js.api.1')
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN')
/** Set by `@opentelemetry/instrumentation-http` around the handlers: holds the server span itself. */
const rpcMetadataKey = Symbol.for('OpenTelemetry SDK Context Key RPC_METADATA')
const noTrace = '0'.repeat(32)

function globalApi(): GlobalApi | undefined {
  return (globalThis as { [apiSymbol]?: GlobalApi })[apiSymbol]
}

/** Whether the app has registered a tracer provider and a context manager. Costs one property read while it has not. */
export function appHasTelemetry(): boolean {
  const api = globalApi()
  return api !== undefined && api.trace !== undefined && api.context !== undefined
}

/**
 * Ids of the app's span that is active here.
 * Costs one property read where the app has none.
 * @returns `undefined` without telemetry, outside a span, and for spans that do not exist (a propagator's invalid context).
 */
export function activeSpanIds(): SpanIds | undefined {
  const context = globalApi()?.context?.active()
  return context === undefined ? undefined : idsOf(context.getValue(spanKey))
}

/**
 * Ids of the server span of the inbound request that is being handled, where the app's http instrumentation says which
 * one that is.
 */
export function serverSpanIds(): SpanIds | undefined {
  return idsOf(serverSpan())
}

/** Sets attributes on the server span of the inbound request that is being handled, where {@link serverSpanIds} finds one. */
export function noteOnServerSpan(attributes: SpanAttributes): void {
  const span = serverSpan() as SpanLike | undefined
  if (typeof span?.setAttribute !== 'function') return
  for (const [name, value] of Object.entries(attributes)) span.setAttribute(name, value)
}

function serverSpan(): unknown {
  const metadata = globalApi()?.context?.active().getValue(rpcMetadataKey) as { readonly span?: unknown } | undefined
  return metadata?.span
}

function idsOf(span: unknown): SpanIds | undefined {
  if (typeof (span as SpanLike | undefined)?.spanContext !== 'function') return undefined
  const { traceId, spanId } = (span as SpanLike).spanContext()
  return typeof traceId === 'string' && traceId !== noTrace && traceId !== '' ? { traceId, spanId } : undefined
}
