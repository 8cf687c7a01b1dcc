import { compare, verdictOf, type HttpOutcome } from '@retake/comparison'
import type { TakeAccount } from '@retake/core'
import { defaults, rulesFor, type RetakeConfig, validateConfig } from '@retake/session'
import { describe, expect, test } from 'vitest'
import { codeIn, pageText, rowsOf } from './markdown.ts'

const page = 'docs/noise.md'

const answer = (body: unknown, headers: readonly string[] = []): HttpOutcome => ({
  status: 200,
  rawHeaders: ['content-type', 'application/json', ...headers],
  body: Buffer.from(JSON.stringify(body)),
})

/** For each rule: what was recorded, what its example allows, and what it does not. */
const cases: { readonly [rule: string]: { readonly recorded: unknown; readonly allowed: unknown; readonly refused: readonly unknown[] } } =
  {
    noise: {
      recorded: { process: { pid: 17 }, pid: 1 },
      allowed: { process: { pid: 4711 }, pid: 1 },
      refused: [
        { process: { pid: '4711' }, pid: 1 },
        { process: {}, pid: 1 },
        { process: { pid: 17 }, pid: 2 },
      ],
    },
    ignore: { recorded: { a: 1, debug: { sql: 3 } }, allowed: { a: 1 }, refused: [{ a: 2 }, { debug: 1 }] },
    unordered: {
      recorded: { tags: ['a', 'b', 'b'] },
      allowed: { tags: ['b', 'a', 'b'] },
      refused: [{ tags: ['a', 'a', 'b'] }, { tags: ['a', 'b'] }],
    },
    patterns: { recorded: { name: 'app-1' }, allowed: { name: 'app-27' }, refused: [{ name: 'app-' }, { name: 27 }, {}] },
    additionalFields: { recorded: { a: 1 }, allowed: { a: 1, b: 2 }, refused: [{ b: 2 }, { a: 2, b: 2 }] },
    floatTolerance: { recorded: { rate: 0.1 + 0.2 }, allowed: { rate: 0.3 }, refused: [{ rate: 0.3001 }] },
    origins: {
      recorded: { self: 'http://localhost:3000/orders/7' },
      allowed: { self: 'http://127.0.0.1:4000/orders/7' },
      refused: [{ self: 'http://127.0.0.1:4000/orders/8' }, { self: 'http://elsewhere/orders/7' }],
    },
    takes: { recorded: { views: 1, total: 2 }, allowed: { views: 3, total: 2 }, refused: [{ views: 3, total: 4 }] },
  }

const rows = rowsOf(page, 'rule')

const configIn = (example: string): RetakeConfig =>
  // oxlint-disable-next-line no-implied-eval -- the text is the page's own
  validateConfig(new Function(`return { ${example} }`)(), page)

const passes = (config: RetakeConfig, recorded: unknown, replayed: unknown): boolean => {
  const { rules } = rulesFor({ ...defaults, ...config }, { method: 'GET', target: '/orders/7?full' })
  return compare(answer(recorded), answer(replayed), { rules }).pass
}

test('the table has every rule', () => {
  expect(rows.flatMap(({ rule }) => codeIn(rule ?? ''))).toEqual([
    ...Object.keys(cases).filter((name) => name !== 'takes'),
    'calls',
    'deviations',
    'takes',
  ])
})

describe.each(rows.map((row) => ({ name: codeIn(row['rule'] ?? '')[0] ?? '', row })))('$name', ({ name, row }) => {
  const example = codeIn(row['example'] ?? '')[0] ?? ''

  test('its default is the one that the page names', () => {
    const [shown] = codeIn(row['default'] ?? '')
    const value = (defaults as unknown as Record<string, unknown>)[name]
    // oxlint-disable-next-line no-implied-eval -- the text is the page's own
    expect(value).toEqual(shown === undefined ? undefined : new Function(`return (${shown})`)())
  })

  const shown = cases[name]
  if (shown === undefined) return
  test('its example allows what the page says, and nothing else', () => {
    const config = configIn(example)
    expect(passes({}, shown.recorded, shown.allowed)).toBe(false)
    expect(passes(config, shown.recorded, shown.allowed)).toBe(true)
    for (const refused of shown.refused) expect(passes(config, shown.recorded, refused), JSON.stringify(refused)).toBe(false)
  })
})

test('calls, deviations', () => {
  const exampleOf = (name: string): RetakeConfig =>
    configIn(codeIn(rows.find(({ rule }) => rule === `\`${name}\``)?.['example'] ?? '')[0] ?? '')
  const { calls } = exampleOf('calls')
  const read = { label: 'SELECT 1', effect: 'read', protocol: 'postgres' } as const
  const account: TakeAccount = {
    take: 'a-1',
    served: 0,
    missed: [],
    missing: [read],
    borrowed: [],
    repeated: [],
    changed: [],
    blocked: [],
    draws: { served: 0, exhausted: [], diverged: [] },
  }
  expect(verdictOf({ verdict: undefined, account }).pass).toBe(true)
  expect(verdictOf({ verdict: undefined, account, calls: calls ?? 'off' }).pass).toBe(false)
  const repeated = { ...account, missing: [], repeated: [read] }
  expect(verdictOf({ verdict: undefined, account: repeated }).pass).toBe(true)
  expect(verdictOf({ verdict: undefined, account: repeated, deviations: exampleOf('deviations').deviations ?? 'lenient' }).pass).toBe(false)
})

test('what the page calls too broad is refused', () => {
  const sentence = /is refused \(`RETAKE_CONFIG_INVALID`\), with the reason:([^]*?)\. /.exec(pageText(page))?.[1] ?? ''
  const examples = codeIn(sentence)
  expect(examples).toHaveLength(4)
  for (const example of examples) expect(() => configIn(example), example).toThrow(/too broad|names no place/)
})

test('every path and every name of takes on the page can be read', () => {
  const paths = /\*\*Paths\*\*([^]*?)\*\*Takes\*\*/.exec(pageText(page))?.[1] ?? ''
  for (const path of codeIn(paths).filter((code) => /[.[]/.test(code)))
    expect(() => validateConfig({ noise: [path] }, page), path).not.toThrow()
  const takes = /\*\*Takes\*\* are named by method and path:([^]*?)\n`:name`/.exec(pageText(page))?.[1] ?? ''
  expect(codeIn(takes)).toHaveLength(3)
  for (const pattern of codeIn(takes)) expect(() => validateConfig({ takes: { [pattern]: {} } }, page), pattern).not.toThrow()
})
