import type { Context, Span, SpanOptions, Tracer, TracerProvider } from '@opentelemetry/api'
import { primordials, scopes, type Scope, type SpanIds, type SpanRecord } from '@retake/core'
import { PrivateSpan, type SpanBirth } from './private-span.ts'

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
 * parent the take's server span or, where no request began it, its first one: a waterfall of one level, which is what the
 * report draws. What runs outside every take is one trace.
 */
export class PrivateTracerProvider implements TracerProvider {
  readonly #onSpan: OnSpan
  readonly #traces: WeakMap<object, TakeTrace> = new WeakMap()
  readonly #outside: TakeTrace = newTrace()

  constructor(onSpan: OnSpan) {
    this.#onSpan = onSpan
  }

  /** Ids of the server span of a take, which is the take itself: no span is made for it. */
  serverSpan(scope: Scope): SpanIds {
    const trace = this.#traceOf(scope)
    trace.root ??= randomHex(8)
    return { traceId: trace.traceId, spanId: trace.root }
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
    trace.root ??= spanId
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
    if (scope === undefined) return this.#outside
    // The muted form of a scope stands for the same take.
    const key = scope.asMuted
    let trace = this.#traces.get(key)
    if (trace === undefined) this.#traces.set(key, (trace = newTrace()))
    return trace
  }
}

// Not the wall clock of now: a take's times are counted from this zero.
const origin = performance.timeOrigin
const clock = (): number => origin + primordials.performanceNow()

function newTrace(): TakeTrace {
  return { traceId: randomHex(16), root: undefined }
}

function randomHex(bytes: number): string {
  return primordials.randomBytes(bytes).toString('hex')
}
