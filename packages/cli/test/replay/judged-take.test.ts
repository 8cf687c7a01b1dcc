import { expect, test } from 'vitest'
import type { CallPolicy, HttpResponse, TakeAccount } from '@retake/core'
import type { TakeResult } from '@retake/report'
import { defaults } from '@retake/session'
import type { Exchange } from '../../src/replay/http-exchange.ts'
import { judgedTake } from '../../src/replay/judged-take.ts'
import type { ReplayedTake } from '../../src/replay/replay-takes.ts'

const response: HttpResponse = { status: 200, reason: 'OK', httpVersion: '1.1', rawHeaders: [], body: Buffer.from('hi') }
const account: TakeAccount = {
  take: 'a-1',
  served: 1,
  missed: [],
  missing: [],
  borrowed: [],
  repeated: [],
  changed: [],
  blocked: [],
  draws: { served: 0, exhausted: [], diverged: [] },
}

function replayed(changes: Partial<ReplayedTake> & { readonly recorded?: HttpResponse | undefined }): ReplayedTake {
  const recorded = 'recorded' in changes ? changes.recorded : response
  return {
    take: {
      id: 'a-1',
      trigger: {
        kind: 'http',
        request: { method: 'GET', target: '/', httpVersion: '1.1', rawHeaders: [], body: Buffer.alloc(0) },
        response: recorded,
      },
      startedAt: 0,
      durationMs: 5,
      interactions: [],
      segments: [],
    },
    exchange: { response },
    account,
    sentAt: 0,
    durationMs: 3,
    crashed: false,
    ...changes,
  }
}

const judged = (take: ReplayedTake, calls: CallPolicy): TakeResult =>
  judgedTake(take, { rules: { ...defaults, calls }, secrets: { mask: (same) => same } })
const silence: Exchange = { response: undefined, failure: 'no answer within 30000 ms' }

test('the same outcome and the same calls pass', () => {
  expect(judged(replayed({}), 'writes')).toMatchObject({ status: 200, recordedStatus: 200, decision: { pass: true } })
})

test('the ETag of a body with a masked secret is that of the secret, and no difference', () => {
  const tagged = (etag: string): HttpResponse => ({ ...response, rawHeaders: ['ETag', etag], body: Buffer.from('{"token":"…"}') })
  const take = replayed({ recorded: tagged('"a"'), exchange: { response: tagged('"b"') } })
  const mask = (taken: HttpResponse): HttpResponse => ({ ...taken, body: Buffer.from('{"token":"‹secret›"}') })
  expect(judgedTake(take, { rules: { ...defaults, calls: 'writes' }, secrets: { mask } }).decision.pass).toBe(true)
  expect(judged(take, 'writes').decision.pass).toBe(false)
})

test('no answer where there was one fails, with the reason', () => {
  const { decision, verdict, status } = judged(replayed({ exchange: silence }), 'writes')
  expect(status).toBeUndefined()
  expect(verdict?.differences).toEqual([
    { path: 'status', class: 'missing', recorded: '200', replayed: undefined, reason: 'no answer within 30000 ms' },
  ])
  expect(decision.pass).toBe(false)
})

test('where the recorded client was gone before an answer, only the calls count', () => {
  expect(judged(replayed({ recorded: undefined, exchange: silence }), 'writes').decision.pass).toBe(true)
  const missing = [{ label: 'INSERT', effect: 'write' as const, protocol: 'postgres' }]
  expect(judged(replayed({ recorded: undefined, account: { ...account, missing } }), 'writes').decision.pass).toBe(false)
})

test('a take that nobody accounted for fails', () => {
  const { decision, verdict } = judged(replayed({ account: undefined }), 'off')
  expect(decision.pass).toBe(false)
  expect(verdict?.differences[0]?.reason).toContain('does it run without Retake?')
})

test('a take in which the app crashed fails, even when its answer was right', () => {
  const { decision, verdict } = judged(replayed({ account: undefined, crashed: true }), 'writes')
  expect(decision.pass).toBe(false)
  expect(verdict?.differences[0]?.reason).toBe('the app ended while it answered')
})
