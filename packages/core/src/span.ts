/** A span of a take: something that took time, as OpenTelemetry would show it. Only for an app without telemetry of its own. */
export interface TakeSpan {
  readonly name: string
  readonly kind: SpanKind
  readonly traceId: string
  readonly spanId: string
  /** Span id of the parent, where it is a span of the same take. */
  readonly parent?: string
  /** ms since the take began, fractional. */
  readonly startedAt: number
  readonly durationMs: number
  /** What kind of thing was called and how it ended; no text that may hold secrets. */
  readonly attributes: SpanAttributes
  readonly failed: boolean
}

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer'

export interface SpanAttributes {
  readonly [name: string]: string | number | boolean
}

/** A span of our own telemetry that has ended, before it is known where in its take it belongs. */
export interface SpanRecord extends Omit<TakeSpan, 'startedAt' | 'durationMs'> {
  /** ms since the epoch, fractional. */
  readonly start: number
  /** ms since the epoch, fractional. */
  readonly end: number
}

/** Ids of a span, as hexadecimal text of 32 and 16 digits. */
export interface SpanIds {
  readonly traceId: string
  readonly spanId: string
}
