import type { Attributes } from '@opentelemetry/api'
import type { SpanAttributes } from '@retake/core'

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

export function keepAttributes(attributes: Attributes): SpanAttributes {
  const kept: { [name: string]: string | number | boolean } = {}
  for (const [name, value] of Object.entries(attributes)) {
    if (keptAttributes.has(name) && (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'))
      kept[name] = value
  }
  return kept
}
