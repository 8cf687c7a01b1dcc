import { type Difference, verdictOf } from '@retake/comparison'
import { describe, expect, test } from 'vitest'
import { plainPalette, plainScreen, renderDifference, renderSummary, renderTake, renderTakeLine } from '@retake/report'
import { outcome, quiet, result, run } from './results.ts'

const same = result(outcome({ a: 1 }), outcome({ a: 1 }))

describe('a line per take', () => {
  const line = (...args: Parameters<typeof result>): string => renderTakeLine(result(...args), plainScreen)

  test('is as wide as the screen, whatever is in it', () => {
    const takes = [
      line(outcome({ a: 1 }), outcome({ a: 1 })),
      line(outcome({ a: 1 }), outcome({ a: 2 }), { method: 'POST', target: '/orders' }),
      line(outcome({}), outcome({}, 500), { target: '/reports/2026/quarterly/by-region/and-customer?limit=100&offset=200&order=desc' }),
      line(outcome({}), outcome({}), { account: { ...quiet, missing: [{ label: 'SELECT 1', effect: 'read', protocol: 'postgres' }] } }),
      line(outcome({}), outcome({}), { status: undefined, durationMs: 30_000 }),
    ]
    expect(`\n${takes.join('\n')}\n`).toMatchInlineSnapshot(`
      "
      ✓ GET    /orders/7                                   200      4 calls      12 ms
      ✗ POST   /orders                                     200      4 calls      12 ms
      ✗ GET    /reports/2026/quarterly…&order=desc   200 → 500      4 calls      12 ms
      ! GET    /orders/7                                   200      4 calls      12 ms
      ✓ GET    /orders/7                            200 → none      4 calls     30.0 s
      "
    `)
    for (const take of takes) expect(take).toHaveLength(80)
  })

  test('uses a wider screen for the target', () => {
    const target = `/reports/${'x'.repeat(60)}`
    expect(renderTakeLine(result(outcome({}), outcome({}), { target }), { ...plainScreen, width: 140 })).toContain(target)
  })
})

describe('a failed take', () => {
  test('its outcome', () => {
    const recorded = outcome(
      {
        id: 7,
        total: 2598,
        items: [
          { sku: 'a', price: 1299 },
          { sku: 'b', price: 1299 },
        ],
        note: 'thanks',
      },
      200,
      {
        'content-type': 'application/json',
        'x-build': '42',
      },
    )
    const replayed = outcome(
      {
        id: 7,
        total: '2598',
        items: [
          { sku: 'a', price: 1299 },
          { sku: 'b', price: 12.99 },
        ],
        extra: true,
      },
      500,
    )
    expect(`\n${renderTake(result(recorded, replayed), plainScreen)}\n`).toMatchInlineSnapshot(`
      "
      ✗ GET /orders/7  200 → 500  k3f9a2bc-12
        status  status: the status differs
          - 200
          + 500
        body.total  type: a number became a string
          - 2598
          + "2598"
        body.items[1].price  value: the numbers differ
          - 1299
          + 12.99
        body.note  missing: recorded, but not there now
          - "thanks"
        body.extra  added: there now, but not recorded
          + true
        headers.x-build  missing: recorded, but not there now
          - 42
      "
    `)
  })

  test('a lost item in a long list, a changed line in a long text, bytes', () => {
    const items = Array.from({ length: 12 }, (_, index) => ({ sku: `sku-${index}`, price: index * 100 }))
    const recorded = outcome({ items })
    const replayed = outcome({ items: items.filter((_, index) => index !== 5) })
    expect(`\n${renderTake(result(recorded, replayed), plainScreen)}\n`).toMatchInlineSnapshot(`
      "
      ✗ GET /orders/7  200  k3f9a2bc-12
        body.items  length: 12 items recorded, 11 now; [5] is gone
              },
              {
          -     "sku": "sku-5",
          -     "price": 500
          -   },
          -   {
                "sku": "sku-6",
                "price": 600
      "
    `)
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`)
    const changed = lines.with(12, 'line twelve')
    const text = { 'content-type': 'text/plain' }
    expect(`\n${renderTake(result(outcome(lines.join('\n'), 200, text), outcome(changed.join('\n'), 200, text)), plainScreen)}\n`)
      .toMatchInlineSnapshot(`
        "
        ✗ GET /orders/7  200  k3f9a2bc-12
          body  value: the texts differ
              line 10
              line 11
            - line 12
            + line twelve
              line 13
              line 14
        "
      `)
  })

  test('its calls', () => {
    const account = {
      ...quiet,
      missed: [
        {
          label: 'GET http://prices/1',
          effect: 'read',
          protocol: 'http1',
          reason: 'Nothing recorded answers GET http://prices/1\n\n  call  http1 read\n\nWhat to do:\n  1. …',
        },
        { label: 'GET http://prices/2', effect: 'read', protocol: 'http1' },
        { label: 'GET http://prices/3', effect: 'read', protocol: 'http1' },
      ],
      missing: Array.from(
        { length: 7 },
        (_, index) => ({ label: `UPDATE orders SET n = ${index}`, effect: 'write', protocol: 'postgres' }) as const,
      ),
      changed: [{ label: 'INSERT INTO orders', effect: 'write', protocol: 'postgres', reason: 'parameters[0]' }],
      borrowed: [{ label: 'GET http://config/', effect: 'read', protocol: 'http1', from: 'k3f9a2bc-main' }],
      repeated: [{ label: 'SELECT 1', effect: 'read', protocol: 'postgres' }],
      blocked: ['10.0.0.1:53'],
      draws: { served: 2, exhausted: [{ kind: 'uuid', count: 2, after: 'timer 3' }], diverged: ['timer 1 before call 2'] },
    } as const
    expect(`\n${renderTake(result(outcome({}), outcome({}), { account }), plainScreen)}\n`).toMatchInlineSnapshot(`
      "
      ✗ GET /orders/7  200  k3f9a2bc-12
        call not recorded
          GET http://prices/1

          What to do:
            1. …
        call not recorded
          GET http://prices/2
        not recorded either
          GET http://prices/3
        recorded, but not called
          write  UPDATE orders SET n = 0
          write  UPDATE orders SET n = 1
          write  UPDATE orders SET n = 2
          write  UPDATE orders SET n = 3
          write  UPDATE orders SET n = 4
          … 2 more
        call changed: equal only by which draw it carries
          write  INSERT INTO orders  (parameters[0])
        answered from another take
          GET http://config/  (from k3f9a2bc-main)
        answered again with the last answer
          SELECT 1
        connections refused
          10.0.0.1:53
        draws beyond the recorded ones
          2 more uuids than recorded, after timer 3
        another order than recorded
          timer 1 before call 2
      "
    `)
  })
})

describe('a call that changed', () => {
  test('is shown once, with what differs, and before the outcome that may follow from it', () => {
    const charge = {
      label: 'POST http://payments/charges',
      effect: 'write',
      protocol: 'http1',
      interaction: 3,
      reason: 'Nothing recorded answers it',
      differences: [
        { path: 'body.amount', recorded: '4200', asked: '4300' },
        { path: 'query.currency', asked: 'EUR' },
        { path: 'headers.idempotency-key', recorded: 'k-17' },
      ],
    } as const
    const update = {
      label: 'SELECT id, name, price FROM products WHERE …',
      effect: 'read',
      protocol: 'postgres',
      interaction: 1,
      differences: [
        {
          path: 'sql',
          recorded: 'SELECT id, name, price FROM products WHERE available AND category = $1 AND price < $2 ORDER BY name LIMIT 20',
          asked: 'SELECT id, name, price FROM products WHERE available AND category = $1 AND price <= $2 ORDER BY name LIMIT 20',
        },
      ],
    } as const
    const account = { ...quiet, missed: [charge, charge, update] }
    const failed = result(outcome({ total: 4200 }), outcome({ error: 'payments' }, 502), { account })
    expect(`\n${renderTake({ ...failed, decision: verdictOf(failed) }, plainScreen)}\n`).toMatchInlineSnapshot(`
      "
      ✗ GET /orders/7  200 → 502  k3f9a2bc-12
        call changed: nothing recorded answers it
          write  POST http://payments/charges  × 2
            body.amount  4200 → 4300
            query.currency  is new
              + EUR
            headers.idempotency-key  is gone
              - k-17
          SELECT id, name, price FROM products WHERE …
            sql
              - …= $1 AND price < $2 ORDER BY name LIMIT 20
              + …= $1 AND price <= $2 ORDER BY name LIMIT 20
        the answer differs, which may follow from POST http://payments/charges
        status  status: the status differs
          - 200
          + 502
        … 2 further differences (--json has them)
      "
    `)
  })
})

test('hostile content is escaped and bounded', () => {
  const hostile = `\u001b[2J\u0007\u202e${'x'.repeat(100_000)}\n`
  const difference: Difference = {
    path: `body["${hostile}"]`,
    class: 'value',
    recorded: hostile.repeat(3),
    replayed: hostile,
    reason: hostile,
  }
  const lines = [
    ...renderDifference(difference, plainScreen),
    renderTakeLine(result(outcome({}), outcome({}), { target: hostile, method: hostile.slice(0, 5) }), plainScreen),
    ...renderTake(result(outcome({ a: hostile }), outcome({ b: hostile }), { target: hostile.slice(0, 20) }), plainScreen).split('\n'),
  ]
  // oxlint-disable-next-line no-control-regex -- none may be left
  for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
  expect(lines.join('\n').length).toBeLessThan(3000)
})

test('texts that have nothing in common are bounded too', () => {
  const text = (seed: number): string => Array.from({ length: 2000 }, (_, index) => `${(index * seed) % 9973}`).join('\n')
  const difference: Difference = { path: 'body', class: 'value', recorded: text(31), replayed: text(37), reason: 'the texts differ' }
  expect(renderDifference(difference, plainScreen).length).toBeLessThan(50)
})

describe('the summary', () => {
  test('all passed', () =>
    expect(`\n${renderSummary(run([same, same]), plainScreen)}\n`).toMatchInlineSnapshot(`
    "
    Takes  2 passed
    Calls  8 calls
    Time   340 ms (recorded in 170 ms)
           cassettes/orders
    "
  `))
  test('some failed, some with warnings', () => {
    const read = { label: 'SELECT 1', effect: 'read', protocol: 'postgres' } as const
    const takes = [
      same,
      result(outcome({ a: 1 }), outcome({ a: 2 }, 500), { method: 'POST', target: '/orders' }),
      result(outcome({}), outcome({}), { account: { ...quiet, missing: [read], repeated: [read, read] } }),
    ]
    expect(`\n${renderSummary({ ...run(takes), notRun: 3 }, plainScreen)}\n`).toMatchInlineSnapshot(`
      "
      Failed
        ✗ POST   /orders                             200 → 500      4 calls      12 ms

      Takes  2 passed, 1 failed, 1 with warnings, 3 not run
      Calls  14 calls, 1 missing, 2 repeated
      Time   340 ms (recorded in 255 ms)
             cassettes/orders

      Next
        what was recorded:
          retake show k3f9a2bc-12 --cassette cassettes/orders
        that take alone, with what the app prints:
          retake replay k3f9a2bc-12 --verbose --cassette cassettes/orders -- node app.js
        the change is wanted: record again:
          retake record --cassette cassettes/orders -- node app.js
      "
    `)
  })
  test('failed in another order than recorded', () => {
    const differing = run([result(outcome({ a: 1 }), outcome({ a: 2 }))])
    const advice = 'the takes as recorded: apps keep things in memory between them'
    expect(renderSummary({ ...differing, rearranged: true }, plainScreen)).toContain(
      `  ${advice}:\n    retake replay --cassette cassettes/orders -- node app.js\n`,
    )
    expect(renderSummary(differing, plainScreen)).not.toContain(advice)
  })
  test('nothing', () =>
    expect(`\n${renderSummary(run([]), plainScreen)}\n`).toMatchInlineSnapshot(`
    "
    Takes  0 passed
    Time   340 ms
           cassettes/orders
    Nothing was compared: no take was selected.
    "
  `))
  test('colours come from the palette alone', () => {
    const red = renderSummary(run([result(outcome({ a: 1 }), outcome({ a: 2 }))]), {
      width: 80,
      palette: { ...plainPalette, red: (text) => `<red>${text}</red>` },
    })
    expect(red).toContain('<red>1 failed</red>')
  })
})
