import { expect, test } from 'vitest'
import { createReporter, plainScreen, reporters } from '@retake/report'
import { outcome, quiet, result, run } from './results.ts'

const takes = [
  result(outcome({ a: 1 }), outcome({ a: 1 })),
  result(outcome({ a: 1 }), outcome({ a: 2 }), { method: 'POST', target: '/orders' }),
]

function written(name: string, verbose = false): string {
  let text = ''
  const reporter = createReporter(name, { ...plainScreen, verbose, write: (piece) => void (text += piece) })
  reporter.started?.({ takes: takes.length, cassette: 'cassettes/orders' })
  for (const take of takes) reporter.take?.(take)
  reporter.ended(run(takes))
  return text
}

test('pretty: a line for what passed, all of what failed, a summary', () => {
  expect(`\n${written('pretty')}`).toMatchInlineSnapshot(`
    "
    ✓ GET    /orders/7                                   200      4 calls      12 ms
    ✗ POST /orders  200  k3f9a2bc-12
      body.a  value: the numbers differ
        - 1
        + 2


    Failed
      ✗ POST   /orders                                   200      4 calls      12 ms

    Takes  1 passed, 1 failed
    Calls  8 calls
    Time   340 ms (recorded in 170 ms)
           cassettes/orders

    Next
      what was recorded:
        retake show k3f9a2bc-12 --cassette cassettes/orders
      that take alone, with what the app prints:
        retake replay k3f9a2bc-12 --verbose --cassette cassettes/orders -- node app.js
      values that differ in every run of the same code:
        retake replay --learn --cassette cassettes/orders -- node app.js
      the change is wanted: record again:
        retake record --cassette cassettes/orders -- node app.js
    "
  `)
})

test('json: one document, with everything', () => {
  const document = JSON.parse(written('json')) as unknown
  expect(document).toMatchObject({
    format: 1,
    pass: false,
    counts: { takes: 2, passed: 1, failed: 1, notRun: 0 },
    takes: [
      { pass: true, status: 200, differences: [], calls: quiet },
      { pass: false, differences: [{ path: 'body.a', class: 'value', recorded: '1', replayed: '2', reason: 'the numbers differ' }] },
    ],
  })
})

test('an unknown reporter is an error that names the known ones', () => {
  expect(() => createReporter('xml', { ...plainScreen, write: () => undefined })).toThrow('Use one of pretty, json.')
  expect([...reporters.keys()]).toEqual(['pretty', 'json'])
})
