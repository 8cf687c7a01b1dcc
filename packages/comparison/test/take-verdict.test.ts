import type { AccountedCall, CallPolicy, DeviationPolicy, TakeAccount } from '@retake/core'
import { expect, test } from 'vitest'
import { compare, verdictOf } from '@retake/comparison'
import { outcome } from './outcomes.ts'

const none: TakeAccount = {
  take: 't1',
  served: 3,
  missed: [],
  missing: [],
  borrowed: [],
  repeated: [],
  changed: [],
  blocked: [],
  draws: { served: 0, exhausted: [], diverged: [] },
}
const same = compare(outcome({ a: 1 }), outcome({ a: 1 }))
const read: AccountedCall = { label: 'SELECT 1', effect: 'read', protocol: 'postgres' }
const write: AccountedCall = { label: 'INSERT INTO orders', effect: 'write', protocol: 'postgres' }
const session: AccountedCall = { label: 'SET search_path', effect: 'session', protocol: 'postgres' }
const commit: AccountedCall = { label: 'COMMIT', effect: 'transaction', protocol: 'postgres' }

function pass(account: Partial<TakeAccount>, calls?: CallPolicy): boolean {
  return verdictOf({ verdict: same, account: { ...none, ...account }, ...(calls === undefined ? {} : { calls }) }).pass
}

test('a take whose outcome and calls are as recorded passes', () => expect(pass({})).toBe(true))

test('a take fails when its outcome differs', () => {
  const verdict = compare(outcome({ a: 1, b: 1 }), outcome({ a: 2, b: 2 }))
  expect(verdictOf({ verdict, account: none })).toEqual({
    pass: false,
    reasons: ['outcome differs: body.a, the numbers differ (and 1 more)'],
    warnings: [],
  })
})

test('a transaction that is not begun or not ended fails, one more does not', () => {
  expect(pass({ missing: [commit] })).toBe(false)
  expect(pass({ missing: [commit] }, 'strict')).toBe(false)
  expect(pass({ missing: [commit] }, 'off')).toBe(true)
  expect(pass({ repeated: [commit] })).toBe(true)
  expect(pass({ repeated: [commit] }, 'strict')).toBe(true)
})

test('a call that nothing answered always counts, but for `off`', () => {
  for (const call of [read, write, session]) {
    expect(pass({ missed: [call] })).toBe(false)
    expect(pass({ missed: [call] }, 'strict')).toBe(false)
    expect(pass({ missed: [call] }, 'off')).toBe(true)
  }
})

test('writes that are missing or changed fail, reads warn', () => {
  expect(pass({ missing: [write] })).toBe(false)
  expect(pass({ changed: [write] })).toBe(false)
  expect(pass({ missing: [read], changed: [read], repeated: [read], borrowed: [read, write] })).toBe(true)
  expect(
    verdictOf({
      verdict: same,
      account: { ...none, missing: [read], borrowed: [{ ...read, from: 'main' }], changed: [{ ...read, reason: 'parameters[0]' }] },
    }).warnings,
  ).toEqual(['call missing: SELECT 1', 'call changed: SELECT 1 (parameters[0])', 'answered from elsewhere: SELECT 1 (from main)'])
})

test('what another take said when it opened a connection is no warning', () => {
  const { warnings } = verdictOf({
    verdict: same,
    account: {
      ...none,
      borrowed: [
        { ...session, from: 'main' },
        { ...commit, from: 'main' },
      ],
    },
  })
  expect(warnings).toEqual(['answered from elsewhere: COMMIT (from main)'])
})

test('with `strict` everything counts but bookkeeping', () => {
  for (const calls of [{ missing: [read] }, { changed: [read] }, { repeated: [read] }, { borrowed: [read] }])
    expect(pass(calls, 'strict')).toBe(false)
  expect(pass({ missing: [session], repeated: [session] }, 'strict')).toBe(true)
})

test('draws and refused connections', () => {
  const draws = { served: 1, exhausted: [{ kind: 'uuid', count: 2, after: 'timer 3' }], diverged: ['timer 1 before call 2'] }
  expect(verdictOf({ verdict: undefined, account: { ...none, draws, blocked: ['10.0.0.1:53'] } })).toEqual({
    pass: false,
    reasons: ['connection refused: 10.0.0.1:53'],
    warnings: ['2 more uuids than recorded, after timer 3', 'another order than recorded: timer 1 before call 2'],
  })
})

test('an outcome that differs after a call that nothing answered says so, and the call comes first', () => {
  const verdict = compare(outcome({ a: 1 }), outcome({ error: 'upstream' }, 502))
  const changed = { ...read, interaction: 2, differences: [{ path: 'params[0]', recorded: '7', asked: '8' }] }
  const judged = verdictOf({ verdict, account: { ...none, missed: [changed], missing: [write] } })
  expect(judged).toMatchObject({ pass: false, cause: 'SELECT 1' })
  expect(judged.reasons).toEqual([
    'call changed, not answered: SELECT 1 (params[0])',
    'call missing: INSERT INTO orders',
    expect.stringMatching(/^outcome differs: .*; it may follow from the call that was not answered$/),
  ])
})

test('deviations: they fail, they are said, or they are only in the account', () => {
  const draws = {
    served: 1,
    exhausted: [
      { kind: 'uuid', count: 1, after: 'the beginning' },
      { kind: 'date', count: 3, after: 'the beginning' },
    ],
    diverged: ['timer 1 (40 ms) did not come'],
  }
  const account = { ...none, draws, borrowed: [{ ...read, from: 'x-1' }], repeated: [read], changed: [read], givenUp: [read] }
  const lines = (deviations: DeviationPolicy) => verdictOf({ verdict: undefined, account, deviations })
  expect(lines('lenient')).toEqual({ pass: true, reasons: [], warnings: [] })
  expect(lines('warn')).toEqual({
    pass: true,
    reasons: [],
    warnings: [
      expect.stringContaining('call changed'),
      expect.stringContaining('answered from elsewhere'),
      expect.stringContaining('answered again'),
      '1 more uuid than recorded, after the beginning',
      'another order than recorded: timer 1 (40 ms) did not come',
    ],
  })
  const { pass, reasons, warnings } = lines('strict')
  expect({ pass, warnings }).toEqual({ pass: false, warnings: [] })
  expect(reasons).toHaveLength(7)
  expect(reasons).toContain('3 more readings of the clock than recorded, after the beginning')
  // What is no deviation is not touched by it.
  const missing = verdictOf({ verdict: undefined, account: { ...none, missing: [write] }, deviations: 'lenient' })
  expect(missing.pass).toBe(false)
})
