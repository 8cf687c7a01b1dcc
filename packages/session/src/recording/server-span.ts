import type { SpanIds, SpanRecord, Trigger } from '@retake/core'

/**
 * The server span of a request: the take itself, which is known better than an instrumentation could tell it.
 * @returns Times in ms on the monotonic clock, as those of the take.
 */
export function serverSpan(
  { traceId, spanId }: SpanIds,
  trigger: Trigger,
  { began, endedAt }: { readonly began: number; readonly endedAt: number },
): SpanRecord {
  const http = trigger.kind === 'http' ? trigger : undefined
  const status = http?.response?.status
  return {
    name: http?.request.method ?? trigger.kind,
    kind: 'server',
    traceId,
    spanId,
    start: began,
    end: endedAt,
    attributes: {
      ...(http === undefined ? {} : { 'http.request.method': http.request.method }),
      ...(status === undefined ? {} : { 'http.response.status_code': status }),
    },
    failed: http !== undefined && (status === undefined || status >= 500),
  }
}
