import type { HttpOutcome, RunClocks } from '@retake/comparison'

export const json = { 'content-type': 'application/json' } as const
export const text = { 'content-type': 'text/plain; charset=utf-8' } as const

/** The clocks of two runs nine months apart. */
export const clocks: RunClocks = { recordedAt: Date.parse('2026-03-01T10:15:30.123Z'), replayedAt: Date.parse('2026-11-22T08:00:00.456Z') }

export function outcome(body: unknown, headers: HttpOutcome['headers'] = json, status = 200): HttpOutcome {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return { status, headers, body: bytes }
}
