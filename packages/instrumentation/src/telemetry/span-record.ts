import type { Attributes } from '@opentelemetry/api'

/** A span of our own telemetry that has ended. Times in ms since the epoch, fractional. */
export interface SpanRecord {
  readonly name: string
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  readonly traceId: string
  readonly spanId: string
  /** Span id of the parent, where it is a span of the same take. */
  readonly parent?: string
  readonly start: number
  readonly end: number
  /** Only those of {@link keptAttributes}. */
  readonly attributes: { readonly [name: string]: string | number | boolean }
  readonly failed: boolean
}

/**
 * What is kept of a span's attributes: what kind of thing was called and how it ended. No text that may hold secrets:
 * statements, URLs and headers are in the interaction itself, where they are redacted.
 */
export const keptAttributes: ReadonlySet<string> = new Set([
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'server.address',
  'server.port',
  'network.protocol.version',
  'db.system.name',
  'db.system',
  'db.namespace',
  'db.name',
  'db.operation.name',
  'error.type',
  'http.method',
  'http.status_code',
  'net.peer.name',
  'net.peer.port',
])

export function keepAttributes(attributes: Attributes): SpanRecord['attributes'] {
  const kept: { [name: string]: string | number | boolean } = {}
  for (const [name, value] of Object.entries(attributes)) {
    if (keptAttributes.has(name) && (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'))
      kept[name] = value
  }
  return kept
}
