import type { Call } from '@retake/core'
import { describe, expect, test } from 'vitest'
import { explainMiss, keyOf, type MissCandidates, type MissContext, missError } from '@retake/matching'
import { get, http, interaction, recorded, sql } from './takes.ts'

const context: MissContext = {
  mode: 'replay',
  cassette: 'cassettes/orders.retake',
  trigger: 'GET /orders/7',
  recordCommand: 'retake record -- <command>',
}

function message(call: Call, candidates: MissCandidates, more: Partial<MissContext> = {}): string {
  return `\n${explainMiss(call, candidates, { ...context, ...more }).message}\n`
}

const orders = 'SELECT id, customer, state FROM orders WHERE customer = $1 ORDER BY id'

describe('nothing was recorded for the target', () => {
  test('and nothing at all', () => {
    expect(message(get('http://127.0.0.1:8080/prices?sku=1'), { own: recorded('k3f9a2bc-12', []) })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers GET http://127.0.0.1:8080/prices?sku=1

        call      http1 read to 127.0.0.1:8080
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      No http1 call to 127.0.0.1:8080 was recorded. The takes that were searched have
      no calls at all.

      What to do:
        1. Is the new call right? Record again: retake record -- <command>
        2. Did the app make this call when it was recorded? Then it was not heard, as
           that of a native driver: put seam() around it
        3. Shall it reach the real service? Set in the configuration: passthrough:
           ['127.0.0.1:8080']
      "
    `)
  })

  test('but for others', () => {
    const own = recorded('k3f9a2bc-12', [sql(orders, [7]), sql('SELECT 1'), get('http://api.example.com/rates')])
    expect(message(get('http://127.0.0.1:8080/prices?sku=1'), { own })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers GET http://127.0.0.1:8080/prices?sku=1

        call      http1 read to 127.0.0.1:8080
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      No http1 call to 127.0.0.1:8080 was recorded. Recorded were: 127.0.0.1:5432
      (postgres, 2), api.example.com (http1, 1).

      What to do:
        1. Is the new call right? Record again: retake record -- <command>
        2. Did the app make this call when it was recorded? Then it was not heard, as
           that of a native driver: put seam() around it
        3. Shall it reach the real service? Set in the configuration: passthrough:
           ['127.0.0.1:8080']
      "
    `)
  })

  test('and the service seems to have moved', () => {
    const own = recorded('k3f9a2bc-12', [get('http://127.0.0.1:8080/prices?sku=1')])
    expect(message(get('http://prices.internal:9090/prices?sku=1'), { own })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers GET http://prices.internal:9090/prices?sku=1

        call      http1 read to prices.internal:9090
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      No http1 call to prices.internal:9090 was recorded. Recorded were:
      127.0.0.1:8080 (http1, 1).

      Nearest recorded call:
        1. GET http://127.0.0.1:8080/prices?sku=1
           call #0 of this take, not used
           same method, same path, same query
           origin differs:
             - http://127.0.0.1:8080
             + http://prices.internal:9090

      What to do:
        1. Is the new call right? Record again: retake record -- <command>
        2. Has the service moved? The cassette knows it as 127.0.0.1:8080; point the
           app there.
        3. Did the app make this call when it was recorded? Then it was not heard, as
           that of a native driver: put seam() around it
        4. Shall it reach the real service? Set in the configuration: passthrough:
           ['prices.internal:9090']
      "
    `)
  })
})

describe('the same call, used up', () => {
  test('a write', () => {
    const call = sql('INSERT INTO orders (id, total) VALUES ($1, $2)', [41, 1299])
    const own = recorded('k3f9a2bc-12', [call])
    own.use(own.withKey(keyOf(call, own.forms))[0] ?? never())
    expect(message(call, { own })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers INSERT INTO orders (id, total) VALUES ($1, $2)

        call      postgres write to 127.0.0.1:5432
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      Recorded once in this take, and the app asks once more:
        1. INSERT INTO orders (id, total) VALUES ($1, $2)
           call #0 of this take, used
           same text, same parameters
           excluded: used up, its answer was given already; a write is never answered
             twice

      What to do:
        1. Look for a retry, a loop or a handler that runs twice: a write is never
           answered twice.
        2. Is the new call right? Record again: retake record -- <command>
        3. See what was recorded: retake show k3f9a2bc-12
      "
    `)
  })

  test('a read that may not be repeated', () => {
    const call = get('http://127.0.0.1:8080/prices?sku=1')
    const own = recorded('k3f9a2bc-12', [call, call])
    for (const used of own.withKey(keyOf(call, own.forms))) own.use(used)
    expect(message(call, { own }, { policy: { repeats: 'error' } })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers GET http://127.0.0.1:8080/prices?sku=1

        call      http1 read to 127.0.0.1:8080
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      Recorded twice in this take, and the app asks once more:
        1. GET http://127.0.0.1:8080/prices?sku=1
           call #0 of this take, used
           same method, same origin, same path, same query
           excluded: used up, its answer was given already; repeating is switched off

      What to do:
        1. May it be answered again? Set in the configuration: repeats: 'last'
        2. Is the new call right? Record again: retake record -- <command>
        3. See what was recorded: retake show k3f9a2bc-12
      "
    `)
  })
})

describe('near', () => {
  test('one member of the query', () => {
    const own = recorded('k3f9a2bc-12', [get('http://127.0.0.1:8080/health'), get('http://127.0.0.1:8080/prices?sku=1&page=1')])
    expect(message(get('http://127.0.0.1:8080/prices?sku=1&page=2'), { own })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers GET http://127.0.0.1:8080/prices?sku=1&page=2

        call      http1 read to 127.0.0.1:8080
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      Nearest recorded call of this take:
        1. GET http://127.0.0.1:8080/prices?sku=1&page=1
           call #1 of this take, not used
           same method, same origin, same path
           query.page differs: "1" → "2"

      What to do:
        1. Is the new call right? Record again: retake record -- <command>
        2. See what was recorded: retake show k3f9a2bc-12
      "
    `)
  })

  test('one value of a list of one, as queries have them', () => {
    const call = (page: string): Call => get('http://a:1/x', { query: { page: [page], sku: ['1', '2'] } })
    const own = recorded('k3f9a2bc-12', [call('1')])
    expect(explainMiss(call('2'), { own }, context).nearest[0]?.differences).toEqual([{ path: 'query.page', recorded: '1', asked: '2' }])
  })

  test('a member more, a member less', () => {
    const own = recorded('k3f9a2bc-12', [get('http://127.0.0.1:8080/prices?sku=1&currency=EUR')])
    expect(message(get('http://127.0.0.1:8080/prices?sku=1&locale=de'), { own })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers GET http://127.0.0.1:8080/prices?sku=1&locale=de

        call      http1 read to 127.0.0.1:8080
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      Nearest recorded call of this take:
        1. GET http://127.0.0.1:8080/prices?sku=1&currency=EUR
           call #0 of this take, not used
           same method, same origin, same path
           query.locale is new: "de"
           query.currency is gone, recorded was "EUR"

      What to do:
        1. Is the new call right? Record again: retake record -- <command>
        2. See what was recorded: retake show k3f9a2bc-12
      "
    `)
  })

  test('deep in the body', () => {
    const url = 'https://payments.example.com/v1/charges'
    const body = (price: number, note: string): Call['fields'] => ({
      body: {
        customer: 'c_1',
        items: [
          { sku: 'a', price: 1 },
          { sku: 'b', price, 'gift.note': note },
        ],
        paid: true,
      },
    })
    const own = recorded('k3f9a2bc-12', [http('POST', url, body(1299, 'happy birthday'))])
    expect(message(http('POST', url, body(12.99, 'happy birthday, dear customer number forty-one')), { own })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers POST https://payments.example.com/v1/charges

        call      http1 write to payments.example.com
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      Nearest recorded call of this take:
        1. POST https://payments.example.com/v1/charges
           call #0 of this take, not used
           same method, same origin, same path
           body.items[1].price differs: 1299 → 12.99
           body.items[1]["gift.note"] differs:
             - happy birthday
             + happy birthday, dear customer number forty-one

      What to do:
        1. Is the new call right? Record again: retake record -- <command>
        2. See what was recorded: retake show k3f9a2bc-12
      "
    `)
  })

  test('the text of a statement', () => {
    const own = recorded('k3f9a2bc-12', [sql('SELECT 1'), sql(orders, [7])])
    const changed = 'SELECT id, customer, state FROM orders WHERE customer = $1 AND NOT archived ORDER BY id'
    expect(message(sql(changed, [7]), { own })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers SELECT id, customer, state FROM orders WHERE customer = $1 …

        call      postgres read to 127.0.0.1:5432
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      Nearest recorded call of this take:
        1. SELECT id, customer, state FROM orders WHERE customer = $1 …
           call #1 of this take, not used
           same parameters
           text differs:
             - …WHERE customer = $1 ORDER BY id
             + …WHERE customer = $1 AND NOT archived ORDER BY id

      What to do:
        1. Is the new call right? Record again: retake record -- <command>
        2. See what was recorded: retake show k3f9a2bc-12
      "
    `)
  })

  test('the white space of a statement', () => {
    const own = recorded('k3f9a2bc-12', [sql(orders, [7])])
    expect(message(sql(orders.replace(' FROM', '\n  FROM'), [7]), { own })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers SELECT id, customer, state\\n  FROM orders WHERE customer = $…

        call      postgres read to 127.0.0.1:5432
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      Nearest recorded call of this take:
        1. SELECT id, customer, state FROM orders WHERE customer = $1 …
           call #0 of this take, not used
           same parameters
           text differs in white space only:
             - …id, customer, state FROM orders WHERE customer = $1 ORDER BY id
             + …id, customer, state\\n  FROM orders WHERE customer = $1 ORDER BY id

      What to do:
        1. Is the new call right? Record again: retake record -- <command>
        2. See what was recorded: retake show k3f9a2bc-12
      "
    `)
  })

  test('a value that looks drawn', () => {
    const own = recorded('k3f9a2bc-12', [sql('INSERT INTO orders (id) VALUES ($1)', ['b7c1f9de-6a3e-4c0b-9d61-0f4f0e6a8c11'])])
    expect(message(sql('INSERT INTO orders (id) VALUES ($1)', ['0d9e8f7a-6b5c-4d3e-8f2a-1b0c9d8e7f6a']), { own })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers INSERT INTO orders (id) VALUES ($1)

        call      postgres write to 127.0.0.1:5432
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      Nearest recorded call of this take:
        1. INSERT INTO orders (id) VALUES ($1)
           call #0 of this take, not used
           same text
           parameters[0] differs:
             - b7c1f9de-6a3e-4c0b-9d61-0f4f0e6a8c11
             + 0d9e8f7a-6b5c-4d3e-8f2a-1b0c9d8e7f6a

      What to do:
        1. Is the new call right? Record again: retake record -- <command>
        2. Does the value differ from run to run by itself? It comes from a source
           that is not controlled: the report of the run names it
        3. See what was recorded: retake show k3f9a2bc-12
      "
    `)
  })

  test('several calls that come equally near, and many differences', () => {
    const url = (page: number): string =>
      `http://127.0.0.1:8080/prices?a=${page}&b=${page}&c=${page}&d=${page}&e=${page}&f=${page}&g=${page}`
    const own = recorded(
      'k3f9a2bc-12',
      [1, 2, 3, 4].map((page) => get(url(page))),
    )
    const [first] = own.unused()
    if (first !== undefined) own.use(first)
    expect(message(get(url(5)), { own })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers GET http://127.0.0.1:8080/prices?a=5&b=5&c=5&d=5&e=5&f=5&g=5

        call      http1 read to 127.0.0.1:8080
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      Nearest recorded calls of this take:
        1. GET http://127.0.0.1:8080/prices?a=2&b=2&c=2&d=2&e=2&f=2&g=2
           call #1 of this take, not used
           same method, same origin, same path
           query.a differs: "2" → "5"
           query.b differs: "2" → "5"
           query.c differs: "2" → "5"
           query.d differs: "2" → "5"
           query.e differs: "2" → "5"
           and 2 further differences
        2. GET http://127.0.0.1:8080/prices?a=3&b=3&c=3&d=3&e=3&f=3&g=3
           call #2 of this take, not used
           same method, same origin, same path
           query.a differs: "3" → "5"
           query.b differs: "3" → "5"
           query.c differs: "3" → "5"
           query.d differs: "3" → "5"
           query.e differs: "3" → "5"
           and 2 further differences
        3. GET http://127.0.0.1:8080/prices?a=4&b=4&c=4&d=4&e=4&f=4&g=4
           call #3 of this take, not used
           same method, same origin, same path
           query.a differs: "4" → "5"
           query.b differs: "4" → "5"
           query.c differs: "4" → "5"
           query.d differs: "4" → "5"
           query.e differs: "4" → "5"
           and 2 further differences

      What to do:
        1. Is the new call right? Record again: retake record -- <command>
        2. See what was recorded: retake show k3f9a2bc-12
      "
    `)
  })

  test('only in another take', () => {
    const own = recorded('k3f9a2bc-12', [get('http://127.0.0.1:8080/health')])
    const others = [recorded('k3f9a2bc-13', [get('http://127.0.0.1:8080/prices?sku=2')])]
    expect(message(get('http://127.0.0.1:8080/prices?sku=1'), { own, others })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers GET http://127.0.0.1:8080/prices?sku=1

        call      http1 read to 127.0.0.1:8080
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      Nothing like it in this take. Nearest in another take:
        1. GET http://127.0.0.1:8080/prices?sku=2
           call #0 of k3f9a2bc-13
           same method, same origin, same path
           query.sku differs: "2" → "1"

      What to do:
        1. Is this request the same as that of k3f9a2bc-13? Send the header
           x-retake-take: k3f9a2bc-13
        2. Is the new call right? Record again: retake record -- <command>
        3. See what was recorded: retake show k3f9a2bc-13
      "
    `)
  })

  test('only in main', () => {
    const own = recorded('k3f9a2bc-12', [])
    const main = recorded('k3f9a2bc-main', [get('http://127.0.0.1:8080/config?v=1')])
    expect(message(get('http://127.0.0.1:8080/config?v=2'), { own, main })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers GET http://127.0.0.1:8080/config?v=2

        call      http1 read to 127.0.0.1:8080
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      Nothing like it in this take. Nearest outside any request (main):
        1. GET http://127.0.0.1:8080/config?v=1
           call #0 of k3f9a2bc-main
           same method, same origin, same path
           query.v differs: "1" → "2"

      What to do:
        1. It was recorded outside any request, at start-up or in the background; it
           may have moved into this one.
        2. Is the new call right? Record again: retake record -- <command>
        3. See what was recorded: retake show k3f9a2bc-main
      "
    `)
  })

  test('in another take, and lent already', () => {
    const call = sql('INSERT INTO audit (what) VALUES ($1)', ['login'])
    const others = [recorded('k3f9a2bc-13', [call])]
    expect(message(call, { own: recorded('k3f9a2bc-12', []), others })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers INSERT INTO audit (what) VALUES ($1)

        call      postgres write to 127.0.0.1:5432
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      Nothing like it in this take. Nearest in another take:
        1. INSERT INTO audit (what) VALUES ($1)
           call #0 of k3f9a2bc-13
           same text, same parameters
           excluded: this take has borrowed its answer already

      What to do:
        1. Is this request the same as that of k3f9a2bc-13? Send the header
           x-retake-take: k3f9a2bc-13
        2. Is the new call right? Record again: retake record -- <command>
        3. See what was recorded: retake show k3f9a2bc-13
      "
    `)
  })

  test('in another take, and strictness forbids', () => {
    const call = get('http://a:1/x')
    function* others(): Iterable<ReturnType<typeof recorded>> {
      yield recorded('k3f9a2bc-13', [call])
    }
    expect(message(call, { own: recorded('k3f9a2bc-12', []), others: others() }, { policy: { strict: true } })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers GET http://a:1/x

        call      http1 read to a:1
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      Nothing like it in this take. Nearest in another take:
        1. GET http://a:1/x
           call #0 of k3f9a2bc-13
           same method, same origin, same path
           excluded: strict, a take is answered only by its own calls

      What to do:
        1. Is this request the same as that of k3f9a2bc-13? Send the header
           x-retake-take: k3f9a2bc-13
        2. Is the new call right? Record again: retake record -- <command>
        3. See what was recorded: retake show k3f9a2bc-13
      "
    `)
  })

  test('nothing', () => {
    const own = recorded('k3f9a2bc-12', [sql(orders, [7])])
    expect(message(sql('DELETE FROM sessions', []), { own })).toMatchInlineSnapshot(`
      "
      Nothing recorded answers DELETE FROM sessions

        call      postgres write to 127.0.0.1:5432
        take      k3f9a2bc-12 (GET /orders/7)
        mode      replay
        cassette  cassettes/orders.retake

      There are recorded calls to this target, but none is like it.

      What to do:
        1. Is the new call right? Record again: retake record -- <command>
        2. See what was recorded: retake show k3f9a2bc-12
      "
    `)
  })
})

test('hostile values are bounded and escaped', () => {
  const hostile = '\u001b[31mred\u0007\u202eevil\n'.repeat(1000)
  const own = recorded('k3f9a2bc-12', [http('POST', 'http://a:1/x', { body: { [hostile]: 'a', bytes: new Uint8Array(1_000_000) } })])
  const call = http('POST', 'http://a:1/x', { body: { [hostile]: hostile, bytes: Uint8Array.of(0, 1, 2) } })
  const text = message({ ...call, label: `POST http://a:1/${hostile}`, target: hostile }, { own })
  // oxlint-disable-next-line no-control-regex -- none but line feeds
  expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/)
  expect(text.length).toBeLessThan(4000)
})

test('a body nested ten thousand levels deep is explained', () => {
  let deep: Call['fields'][string] = 1
  let other: Call['fields'][string] = 2
  for (let level = 0; level < 10_000; level++) [deep, other] = [[deep], [other]]
  const own = recorded('t', [http('POST', 'http://a:1/x', { body: deep })])
  expect(message(http('POST', 'http://a:1/x', { body: other }), { own })).toContain('body[0][0]')
})

test('stays within the budget on a take of a hundred thousand calls', () => {
  const own = recorded(
    't',
    Array.from({ length: 100_000 }, (_, index) => get(`http://a:1/x?page=${index}`)),
  )
  expect(explainMiss(get('http://a:1/x?page=-1'), { own }, context).nearest).toHaveLength(3)
})

test('for programs: what the message says, as data', () => {
  const own = recorded('k3f9a2bc-12', [interaction(0, get('http://a:1/x?page=1'), 'abandoned')])
  const { message: _, steps: __, ...facts } = explainMiss(get('http://a:1/x?page=2'), { own }, context)
  expect(facts).toMatchInlineSnapshot(`
    {
      "call": {
        "effect": "read",
        "label": "GET http://a:1/x?page=2",
        "protocol": "http1",
        "target": "a:1",
      },
      "cassette": "cassettes/orders.retake",
      "mode": "replay",
      "nearest": [
        {
          "abandoned": true,
          "differences": [
            {
              "asked": "2",
              "path": "query.page",
              "recorded": "1",
            },
          ],
          "draws": [],
          "excluded": "differs",
          "interaction": 0,
          "label": "GET http://a:1/x?page=1",
          "more": false,
          "same": [
            "method",
            "origin",
            "path",
          ],
          "take": "k3f9a2bc-12",
          "used": false,
          "where": "own",
        },
      ],
      "recordedTargets": [
        {
          "calls": 1,
          "protocol": "http1",
          "target": "a:1",
        },
      ],
      "situation": "differs",
      "take": "k3f9a2bc-12",
      "usedUp": 0,
    }
  `)
})

test('as an error', () => {
  const own = recorded('k3f9a2bc-12', [get('http://a:1/x?page=1')])
  const explanation = explainMiss(get('http://a:1/x?page=2'), { own }, context)
  const error = missError(explanation)
  expect(error.code).toBe('RETAKE_MISS')
  expect(error.details).toMatchObject({ situation: 'differs', take: 'k3f9a2bc-12' })
  expect(error.message.endsWith('  → The steps above say what to do. (RETAKE_MISS, docs/errors.md#retake_miss)')).toBe(true)
})

function never(): never {
  throw new Error('the call was not found')
}
