import type { Call } from '@retake/core'
import { describe, expect, test } from 'vitest'
import {
  type Answer,
  type AnswerPolicy,
  type AnswerPools,
  type CallForms,
  type Draw,
  findAnswer,
  keyOf,
  RecordedCalls,
} from '@retake/matching'
import { get, http, interaction, plainForms, recorded, sql } from './takes.ts'

const prices = get('http://prices:80/prices?sku=1')
const insert = sql('INSERT INTO orders VALUES ($1)', ['a'])

function ask(call: Call, pools: AnswerPools, policy?: AnswerPolicy): Answer {
  return findAnswer(call, keyOf(call, plainForms), pools, policy)
}

/** `served 0 of take-1` */
function told(answer: Answer): string {
  return answer.how === 'missed' ? 'missed' : `${answer.how} ${answer.interaction.id} of ${answer.take}`
}

/** Lends the first interaction of the first of these takes that has the key. */
function elsewhere(...takes: readonly RecordedCalls[]): NonNullable<AnswerPools['elsewhere']> {
  return (key) => {
    const calls = takes.find((one) => one.withKey(key).length > 0)
    const first = calls?.withKey(key)[0]
    return calls === undefined || first === undefined ? undefined : { take: calls.take.id, calls, interaction: first.id }
  }
}

describe('the own take', () => {
  test('answers equal calls in the order in which they were recorded', () => {
    const own = recorded('t1', [prices, get('http://prices:80/other'), prices, prices])
    const answers = [1, 2, 3].map(() => told(ask(prices, { own })))
    expect(answers).toEqual(['served 0 of t1', 'served 2 of t1', 'served 3 of t1'])
  })

  test('orders by when calls began, not by when they ended', () => {
    const own = recorded('t1', [interaction(2, prices), interaction(0, prices), interaction(1, prices)])
    expect([1, 2, 3].map(() => told(ask(prices, { own })))).toEqual(['served 0 of t1', 'served 1 of t1', 'served 2 of t1'])
  })

  test('comes before main and other takes', () => {
    const pools = { own: recorded('t1', [prices]), main: recorded('main', [prices]), elsewhere: elsewhere(recorded('t2', [prices])) }
    expect(told(ask(prices, pools))).toBe('served 0 of t1')
  })

  test('answers with an abandoned call when that is what was recorded', () => {
    const own = recorded('t1', [interaction(0, prices, 'abandoned')])
    expect(told(ask(prices, { own }))).toBe('served 0 of t1')
  })
})

describe('borrowing', () => {
  test('main comes before other takes', () => {
    const pools = { own: recorded('t1', []), main: recorded('main', [prices]), elsewhere: elsewhere(recorded('t2', [prices])) }
    expect(told(ask(prices, pools))).toBe('borrowed 0 of main')
  })

  test('main does not borrow from itself', () => {
    const main = recorded('main', [insert])
    expect([1, 2].map(() => told(ask(insert, { own: main, main })))).toEqual(['served 0 of main', 'missed'])
  })

  test('the lender keeps its answers, so the order of takes does not matter', () => {
    const lender = recorded('t2', [insert])
    expect(told(ask(insert, { own: recorded('t1', []), elsewhere: elsewhere(lender) }))).toBe('borrowed 0 of t2')
    expect(told(ask(insert, { own: lender }))).toBe('served 0 of t2')
    expect(told(ask(insert, { own: recorded('t3', []), elsewhere: elsewhere(lender) }))).toBe('borrowed 0 of t2')
  })

  test('the n-th borrowing gets the n-th answer; then reads get the last one, writes none', () => {
    const own = recorded('t1', [])
    const pools = { own, elsewhere: elsewhere(recorded('t2', [prices, insert, prices])) }
    expect([1, 2, 3].map(() => told(ask(prices, pools)))).toEqual(['borrowed 0 of t2', 'borrowed 2 of t2', 'borrowed 2 of t2'])
    expect([1, 2].map(() => told(ask(insert, pools)))).toEqual(['borrowed 1 of t2', 'missed'])
  })

  test('a take is not asked to lend to itself', () => {
    const own = recorded('t1', [insert])
    expect([1, 2].map(() => told(ask(insert, { own, elsewhere: elsewhere(own) })))).toEqual(['served 0 of t1', 'missed'])
  })
})

describe('repeating', () => {
  test('a read gets its last answer again', () => {
    const own = recorded('t1', [prices, prices])
    expect([1, 2, 3, 4].map(() => told(ask(prices, { own })))).toEqual([
      'served 0 of t1',
      'served 1 of t1',
      'repeated 1 of t1',
      'repeated 1 of t1',
    ])
  })

  test('unless the policy says otherwise', () => {
    const own = recorded('t1', [prices])
    expect([1, 2].map(() => told(ask(prices, { own }, { repeats: 'error' })))).toEqual(['served 0 of t1', 'missed'])
  })

  test('never a write, whatever the policy says', () => {
    const own = recorded('t1', [insert])
    expect([1, 2].map(() => told(ask(insert, { own }, { repeats: 'last' })))).toEqual(['served 0 of t1', 'missed'])
  })

  test('always the bookkeeping of a connection: a pool may be larger than it was', () => {
    const begin = sql("SET client_encoding TO 'UTF8'")
    const own = recorded('t1', [begin])
    expect([1, 2].map(() => told(ask(begin, { own }, { repeats: 'error' })))).toEqual(['served 0 of t1', 'repeated 0 of t1'])
  })

  test('not the one that the app gave up on, where another has an answer', () => {
    const own = recorded('t1', [interaction(0, prices), interaction(1, prices, 'abandoned')])
    expect([1, 2, 3].map(() => told(ask(prices, { own })))).toEqual(['served 0 of t1', 'served 1 of t1', 'repeated 0 of t1'])
  })
})

describe('by which draw it is', () => {
  const before = 'b7c1f9de-6a3e-4c0b-9d61-0f4f0e6a8c11'
  const other = '2f1d8a54-9c77-4e2a-8b3d-5a6c7e8f9012'
  const now = '0d9e8f7a-6b5c-4d3e-8f2a-1b0c9d8e7f6a'
  const drawn = (...values: readonly string[]): { kind: 'uuid'; size: number; values: readonly string[] } => ({
    kind: 'uuid',
    size: 0,
    values,
  })
  const live = (...values: readonly Draw['value'][]) => ({
    liveDraws: (): readonly Draw[] => values.map((value) => ({ kind: 'uuid', value })),
  })

  test('a new uuid stands for the one that was drawn in its place', () => {
    const own = recorded('t1', [sql('INSERT INTO orders VALUES ($1, $2)', [before, 5])], [drawn(before)])
    const answer = ask(sql('INSERT INTO orders VALUES ($1, $2)', [now, 5]), { own, ...live(now) })
    expect(answer).toMatchObject({ how: 'changed', differences: [{ path: 'parameters[0]' }] })
    expect(own.unused()).toEqual([])
  })

  test('everything else must be equal', () => {
    const own = recorded('t1', [sql('INSERT INTO orders VALUES ($1, $2)', [before, 5])], [drawn(before)])
    expect(ask(sql('INSERT INTO orders VALUES ($1, $2)', [now, 6]), { own, ...live(now) }).how).toBe('missed')
  })

  test('a value that was not drawn is no excuse', () => {
    const own = recorded('t1', [sql('INSERT INTO orders VALUES ($1)', [before])], [drawn(before)])
    expect(ask(sql('INSERT INTO orders VALUES ($1)', [now]), { own, ...live() }).how).toBe('missed')
    expect(ask(sql('INSERT INTO orders VALUES ($1)', [now]), { own, ...live(other) }).how).toBe('missed')
  })

  test('inside a text, a name and a nested body', () => {
    const url = (id: string): string => `http://api:80/orders/${id}/lines`
    const body = (id: string): { readonly [name: string]: { readonly [name: string]: string } } => ({
      [id]: { note: `see ord_${id.replaceAll('-', '')}!` },
    })
    const own = recorded('t1', [http('PUT', url(before), { body: body(before) })], [drawn(before)])
    expect(ask(http('PUT', url(now), { body: body(now) }), { own, ...live(now) })).toMatchObject({ how: 'changed' })
  })

  test('two ids that changed places do not match', () => {
    const pay = (from: string, to: string): Call => sql('INSERT INTO payments VALUES ($1, $2)', [from, to])
    const own = (): RecordedCalls => recorded('t1', [pay(before, other)], [drawn(before, other)])
    expect(ask(pay(other, before), { own: own(), ...live(before, other) }).how).toBe('missed')
    expect(ask(pay(other, now), { own: own(), ...live(now, other) }).how).toBe('missed')
    expect(ask(pay(now, other), { own: own(), ...live(now, other) }).how).toBe('changed')
  })

  test('a draw that was replayed is itself, wherever it stands now', () => {
    const own = recorded('t1', [sql('INSERT INTO a VALUES ($1, $2)', [before, other])], [drawn(before, other)])
    const answer = ask(sql('INSERT INTO a VALUES ($1, $2)', [before, now]), {
      own,
      ...live('c4b3a291-8f7e-4d6c-9b5a-4f3e2d1c0b9a', before, now),
    })
    expect(answer).toMatchObject({ how: 'changed', differences: [{ path: 'parameters[1]' }] })
  })

  test('bytes are found as hex, base64, base64url, uuid and bytes', () => {
    const bytes = (first: number): Uint8Array => Uint8Array.from({ length: 16 }, (_, index) => (first * 31 + index * 47) & 0xff)
    const forms: readonly ((value: Uint8Array) => string | Uint8Array)[] = [
      (value) => Buffer.from(value).toString('hex'),
      (value) => Buffer.from(value).toString('base64'),
      (value) => `sid=${Buffer.from(value).toString('base64url')}; Path=/`,
      (value) => value,
      (value) => Buffer.from(`{"token":"${Buffer.from(value).toString('hex')}","binary":"\0\u00ff"}`, 'latin1'),
    ]
    for (const form of forms) {
      const own = recorded('t1', [sql('UPDATE s SET t = $1', [form(bytes(1))])], [{ kind: 'bytes', size: 16, values: [bytes(1)] }])
      const answer = ask(sql('UPDATE s SET t = $1', [form(bytes(2))]), { own, liveDraws: () => [{ kind: 'bytes', value: bytes(2) }] })
      expect(answer.how).toBe('changed')
    }
  })

  test('clocks are found as ms, seconds and ISO text; small numbers are not taken for draws', () => {
    const at = 1_772_360_130_123
    const later = 1_795_334_400_456
    const call = (ms: number, count: number): Call =>
      sql('INSERT INTO log VALUES ($1, $2, $3, $4)', [ms, Math.floor(ms / 1000), new Date(ms).toISOString(), count])
    const draws = [
      { kind: 'date', size: 0, values: [at], times: [3] },
      { kind: 'int', size: 0, values: [7] },
    ] as const
    const liveDraws = (): readonly Draw[] => [
      { kind: 'date', value: later },
      { kind: 'date', value: later },
      { kind: 'int', value: 9 },
    ]
    expect(ask(call(later, 7), { own: recorded('t1', [call(at, 7)], draws), liveDraws }).how).toBe('changed')
    expect(ask(call(later, 9), { own: recorded('t1', [call(at, 7)], draws), liveDraws }).how).toBe('missed')
  })

  test('a text that looks like the name of a draw is not one', () => {
    const own = recorded('t1', [sql('INSERT INTO a VALUES ($1)', [before])], [drawn(before)])
    for (const forged of ['{{uuid#0}}', '\0{{uuid#0}}\0']) {
      expect(ask(sql('INSERT INTO a VALUES ($1)', [forged]), { own, ...live(now) }).how).toBe('missed')
    }
  })

  test('each recorded call answers once', () => {
    const own = recorded('t1', [sql('INSERT INTO a VALUES ($1)', [before])], [drawn(before)])
    const call = sql('INSERT INTO a VALUES ($1)', [now])
    expect([1, 2].map(() => ask(call, { own, ...live(now) }).how)).toEqual(['changed', 'missed'])
  })
})

test('strict: only unused calls of the own take answer, and bookkeeping', () => {
  const begin = sql('BEGIN')
  const pools = { own: recorded('t1', [prices]), main: recorded('main', [prices, begin]) }
  expect([prices, prices, begin].map((call) => told(ask(call, pools, { strict: true })))).toEqual([
    'served 0 of t1',
    'missed',
    'borrowed 1 of main',
  ])
})

test('finding stays cheap among many equal calls', () => {
  const many = Array.from({ length: 50_000 }, () => prices)
  const own = recorded('t1', many)
  for (let index = 0; index < many.length; index++) expect(ask(prices, { own }).how === 'served').toBe(true)
})

describe('calls that differ in nothing but what was masked', () => {
  const secrets = new Map<Call, Call>()
  const masked = (key: string): Call => {
    const call = get('http://prices:80/me', { headers: { apikey: '‹secret›' } })
    secrets.set(call, get('http://prices:80/me', { headers: { apikey: key } }))
    return call
  }
  const forms: CallForms = { ...plainForms, unmasked: (call) => secrets.get(call) ?? call }
  const own = (): RecordedCalls => new RecordedCalls(recorded('t1', [masked('a'), masked('b'), masked('a')]).take, forms)
  const answers = (calls: RecordedCalls, keys: readonly string[]): string[] => keys.map((key) => told(ask(masked(key), { own: calls })))

  test('get the answer of those with the very same', () => {
    expect(answers(own(), ['b', 'a', 'a'])).toEqual(['served 1 of t1', 'served 0 of t1', 'served 2 of t1'])
  })

  test('get their answers in the recorded order where nobody knows what it was', () => {
    expect(answers(own(), ['x', 'y', 'a'])).toEqual(['served 0 of t1', 'served 1 of t1', 'served 2 of t1'])
  })

  test('are found as fast as any, however many there are', () => {
    const keys = Array.from({ length: 20_000 }, (_, n) => `key ${n}`)
    const many = new RecordedCalls(recorded('t1', keys.map(masked)).take, forms)
    expect(answers(many, keys.toReversed())[0]).toBe('served 19999 of t1')
    expect(many.unused()).toEqual([])
  })
})
