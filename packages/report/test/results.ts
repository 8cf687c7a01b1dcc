import { compare, type HttpOutcome, verdictOf } from '@retake/comparison'
import type { TakeAccount } from '@retake/core'
import type { RunResult, TakeResult } from '@retake/report'

const json = { 'content-type': 'application/json' }

export function outcome(body: unknown, status = 200, headers: { readonly [name: string]: string } = json): HttpOutcome {
  return { status, headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }
}

export const quiet: TakeAccount = {
  take: 'k3f9a2bc-12',
  served: 4,
  missed: [],
  missing: [],
  borrowed: [],
  repeated: [],
  changed: [],
  blocked: [],
  draws: { served: 2, exhausted: [], diverged: [] },
}

/** A take whose outcome and account are judged as in a run. */
export function result(recorded: HttpOutcome, replayed: HttpOutcome, more: Partial<TakeResult> = {}): TakeResult {
  const verdict = compare(recorded, replayed)
  const account = more.account ?? quiet
  return {
    take: 'k3f9a2bc-12',
    method: 'GET',
    target: '/orders/7',
    status: replayed.status,
    recordedStatus: recorded.status,
    durationMs: 12.3,
    recordedDurationMs: 85,
    verdict,
    account,
    decision: verdictOf({ verdict, account }),
    ...more,
  }
}

export function run(takes: readonly TakeResult[]): RunResult {
  return { takes, durationMs: 340, cassette: 'cassettes/orders', command: 'node app.js', calls: 'writes' }
}
