import { defaults } from '@retake/session'
import { describe, expect, test } from 'vitest'
import { driftBetween } from '../../src/learn/drift.ts'
import { proposeRules } from '../../src/learn/propose-rules.ts'
import { routeOf } from '../../src/learn/route.ts'
import { formOf } from '../../src/learn/value-form.ts'

interface Answers {
  readonly target?: string
  readonly recorded?: unknown
  readonly first: unknown
  readonly second: unknown
  readonly headers?: readonly [first: readonly string[], second: readonly string[]]
}

const response = (body: unknown, headers: readonly string[] = []) => ({
  status: 200,
  reason: 'OK',
  httpVersion: '1.1',
  rawHeaders: ['content-type', typeof body === 'string' ? 'text/plain' : 'application/json', ...headers],
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})

function proposed(...takes: readonly Answers[]): { readonly rules: readonly string[]; readonly unlearnable: readonly string[] } {
  const drifts = driftBetween(
    takes.map(({ target = '/a', recorded, first, second, headers: [one, two] = [[], []] }) => ({
      request: { method: 'GET', target },
      recorded: response(recorded ?? first, one),
      first: response(first, one),
      second: response(second, two),
    })),
    defaults,
  )
  const { rules, unlearnable } = proposeRules(drifts)
  return {
    rules: rules.map(({ take, kind, path, pattern }) => [take, kind, path, pattern].filter((part) => part !== undefined).join(' ')),
    unlearnable: unlearnable.map(({ take, path, reason }) => `${take} ${path}: ${reason}`),
  }
}

test('nothing differs, nothing is proposed', () => {
  expect(proposed({ first: { a: 1 }, second: { a: 1 } })).toEqual({ rules: [], unlearnable: [] })
})

describe('places', () => {
  test('any item, only where every item drifts there', () => {
    const items = (...views: readonly number[]) => ({ items: views.map((each) => ({ views: each, price: 7 })) })
    expect(proposed({ first: items(1, 2, 3), second: items(4, 5, 6) }).rules).toEqual(['GET /a noise body.items[*].views'])
    expect(proposed({ first: items(1, 2, 3), second: items(4, 2, 6) }).rules).toEqual([
      'GET /a noise body.items[0].views',
      'GET /a noise body.items[2].views',
    ])
    expect(proposed({ first: items(1), second: items(2) }).rules).toEqual(['GET /a noise body.items[0].views'])
  })

  test('names that are no plain words', () => {
    expect(proposed({ first: { 'a.b': { 'x y': 1 } }, second: { 'a.b': { 'x y': 2 } } }).rules).toEqual(['GET /a noise body["a.b"]["x y"]'])
  })

  test('a route, only where all of its takes drift there', () => {
    const drifting = { first: { pid: 1 }, second: { pid: 2 } }
    const still = { first: { pid: 1 }, second: { pid: 1 } }
    expect(proposed({ ...drifting, target: '/orders/1' }, { ...drifting, target: '/orders/2?full' }).rules).toEqual([
      'GET /orders/:id noise body.pid',
    ])
    expect(proposed({ ...drifting, target: '/orders/1' }, { ...still, target: '/orders/2' }).rules).toEqual([
      'GET /orders/1 noise body.pid',
    ])
    expect(proposed({ ...drifting, target: '/orders/1' }).rules).toEqual(['GET /orders/1 noise body.pid'])
  })

  test('headers', () => {
    expect(
      proposed({
        first: {},
        second: {},
        headers: [
          ['X-Instance', 'web-1'],
          ['X-Instance', 'web-27'],
        ],
      }).rules,
    ).toEqual(['GET /a patterns headers.x-instance ^web-\\d+$'])
  })
})

test('the order of an array', () => {
  expect(proposed({ first: { tags: ['a', 'b'] }, second: { tags: ['b', 'a'] } }).rules).toEqual(['GET /a unordered body.tags'])
})

test('a form that what was recorded does not have is none', () => {
  expect(proposed({ recorded: { name: 'first start' }, first: { name: 'app-1' }, second: { name: 'app-2' } }).rules).toEqual([
    'GET /a noise body.name',
  ])
})

test.each<[string, Answers]>([
  ['body.items: an array of another length in each run is no drift', { first: { items: [1] }, second: { items: [1, 2] } }],
  ['body.x: a member that is there in one run only is no drift', { first: { x: 1 }, second: {} }],
  ['body.x: another type in each run is no drift', { first: { x: 1 }, second: { x: '1' } }],
  ['body: the body is no JSON', { first: 'pid 17', second: 'pid 18' }],
  [
    'headers.set-cookie: a rule for it would hide the attributes',
    {
      first: {},
      second: {},
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'a=2'],
      ],
    },
  ],
])('%s', (reason, answers) => {
  const { rules, unlearnable } = proposed(answers)
  expect(rules).toEqual([])
  expect(unlearnable[0]).toContain(`GET /a ${reason}`)
})

test.each([
  ['^app-\\d+$', ['"app-1"', '"app-22"']],
  ['^\\d+-\\d+-\\d+T\\d+:\\d+:\\d+\\.\\d+Z$', ['"2026-11-22T16:00:00.123Z"', '"2026-11-22T16:00:01.004Z"']],
  ['^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$', ['"b1946ac9-2492-4d23-8f3b-5f2a7c3b9f01"', '"00000000-0000-4000-8000-00000000000a"']],
  ['^[0-9a-f]{12}$', ['"deadbeef0001"', '"cafebabe00ff"']],
  [undefined, ['1', '2']],
  [undefined, ['"abc"', '"abd"']],
  [undefined, ['"a1"', '""']],
  [undefined, ['"a1"', '2']],
])('the form %s', (form, values) => {
  expect(formOf(values as readonly string[])).toBe(form)
  for (const value of form === undefined ? [] : (values as readonly string[]))
    expect(JSON.parse(value)).toMatch(new RegExp(form as string, 'u'))
})

test('segments that are ids', () => {
  expect(routeOf('/orders/17/lines/b1946ac9-2492-4d23-8f3b-5f2a7c3b9f01')).toBe('/orders/:id/lines/:id')
  expect(routeOf('/v2/customers/cus_9s6XKzkNRiz8i3/report-2026')).toBe('/v2/customers/:id/:id')
  expect(routeOf('/v1/health')).toBe('/v1/health')
})
