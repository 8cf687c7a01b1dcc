import fs from 'node:fs'
import { expect, test } from 'vitest'
import { errorTable, RetakeError } from '@retake/core'

const page = fs.readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')

test('every code has a section in docs/errors.md, and every section a code', () => {
  const sections = [...page.matchAll(/^## (RETAKE_[A-Z_]+)$/gm)].map(([, code]) => code)
  expect(sections.toSorted()).toEqual(Object.keys(errorTable).toSorted())
  expect(new Set(sections).size).toBe(sections.length)
})

test('a message says what happened, what to do, and where to read on', () => {
  const error = new RetakeError('RETAKE_USAGE', 'Something is odd at app.js:1.')
  expect(error.message).toBe('Something is odd at app.js:1.\n  → See `retake --help`. (RETAKE_USAGE, docs/errors.md#retake_usage)')
  expect(error.code).toBe('RETAKE_USAGE')
  expect(error).toBeInstanceOf(Error)
})
