import { defaults } from '@retake/session'
import { expect, test } from 'vitest'
import { requireSafePatterns } from '../../src/commands/safe-patterns.ts'

const check = (pattern: string | RegExp) => (): void =>
  requireSafePatterns({ ...defaults, takes: { 'GET /a': { patterns: { 'body.id': pattern } } } }, 'retake.config.mjs')

test.each(['(a+)+$', '(a|a)*$', '^(\\w+\\s?)*$', '(x+x+)+y', '(.*a){20}', '^(?:a*)*$', /^([a-z]+)*$/i])(
  '%s may take for ever',
  (pattern) => {
    expect(check(pattern)).toThrow(/retake\.config\.mjs: `takes\["GET \/a"\]\.patterns`: the expression for "body\.id" may take for ever/)
  },
)

test.each([
  '^INV-\\d{4}-\\d{6}$',
  'foo.*$',
  '^\\d+(\\.\\d+)?$',
  '^(?:[a-z]{2,10},)*x$',
  '^[(+)]*$',
  '^\\(\\d+\\)+$',
  '^(?:[0-9a-f]{4}-){3}$',
])('%s is well', (pattern) => {
  expect(check(pattern)).not.toThrow()
})
