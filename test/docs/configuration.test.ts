import { defaults, validateConfig } from '@retake/session'
import { expect, test } from 'vitest'
import { codeIn, rowsOf } from './markdown.ts'

const page = 'docs/configuration.md'
const rows = rowsOf(page, 'key')

/** The keys that the error for an unknown one names. */
function allowedKeys(config: unknown): string[] {
  try {
    validateConfig(config, page)
  } catch (error) {
    return /allowed: ([^;]*?)(?: \(|$|\n|\.)/.exec((error as Error).message)?.[1]?.split(', ') ?? []
  }
  return []
}

test('the table has every key, and no other', () => {
  const documented = new Set(rows.flatMap(({ key }) => codeIn(key ?? '')).map((key) => key.split('.')[0]))
  expect([...documented].sort()).toEqual(allowedKeys({ noSuchKey: 1 }).sort())
})

test.each(rows.flatMap((row) => codeIn(row['key'] ?? '').map((key) => ({ key, shown: codeIn(row['default'] ?? '')[0] }))))(
  'the default of $key is $shown',
  ({ key, shown }) => {
    if (shown === undefined) return
    const value = key.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], defaults)
    // oxlint-disable-next-line no-implied-eval -- the text is the page's own
    expect(value).toEqual(new Function(`return (${shown})`)())
  },
)
