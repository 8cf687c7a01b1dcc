import type { Context, Span, SpanOptions, Tracer, TracerProvider } from '@opentelemetry/api'
import { primordials, scopes, type Scope } from '@retake/core'
import { PrivateSpan, type SpanBirth } from './private-span.ts'
import type { SpanRecord } from './span-record.ts'

/** Takes the spans of our own telemetry as they end, with the scope in which they began. */
export type OnSpan = (scope: Scope | undefined, span: SpanRecord) => void

/** Trace and server span of each take: the parent of its other spans. */
interface TakeTrace {
  readonly traceId: string
  root: string | undefined
}

/**
 * A provider for our own instrumentations alone, given to them with `setTracerProvider` and registered nowhere: a global
 * provider of ours would make the app's own registration fail.
 *
 * Without a context manager, which would be global too, no span is "active". A span's trace is that of its take, and its
 * parent the take's first span: a waterfall of one level, which is what the report draws.
 */
export class PrivateTracerProvider implements TracerProvider {
  readonly #onSpan: OnSpan
  readonly #traces: WeakMap<object, TakeTrace> = new WeakMap()

  constructor(onSpan: OnSpan) {
    this.#onSpan = onSpan
  }

  getTracer(): Tracer {
    const startSpan = (name: string, options: SpanOptions = {}): Span => this.#start(name, options)
    return {
      startSpan,
      startActiveSpan: ((name: string, ...rest: [SpanOptions | ((span: Span) => unknown), ...unknown[]]): unknown => {
        const run = rest.at(-1) as (span: Span) => unknown
        return run(startSpan(name, typeof rest[0] === 'function' ? {} : rest[0]))
      }) as Tracer['startActiveSpan'],
    }
  }

  #start(name: string, options: SpanOptions, _context?: Context): Span {
    const scope = scopes.getStore()
    const trace = this.#traceOf(scope)
    const spanId = randomHex(8)
    const parent = trace.root
    if (scope !== undefined) trace.root ??= spanId
    const birth: SpanBirth = {
      name,
      options,
      scope,
      parent,
      context: { traceId: trace.traceId, spanId, traceFlags: 1 },
      clock,
      ended: this.#onSpan,
    }
    return new PrivateSpan(birth)
  }

  #traceOf(scope: Scope | undefined): TakeTrace {
    if (scope === undefined) return { traceId: randomHex(16), root: undefined }
    // The muted form of a scope stands for the same take.
    const key = scope.asMuted
    let trace = this.#traces.get(key)
    if (trace === undefined) this.#traces.set(key, (trace = { traceId: randomHex(16), root: undefined }))
    return trace
  }
}

const origin = primordials.dateNow() - primordials.performanceNow()
const clock = (): number => origin + primordials.performanceNow()

function randomHex(bytes: number): string {
  return primordials.randomBytes(bytes).toString('hex')
}
