import { expect, test } from 'vitest'
import { defaults } from '../../src/settings/settings.ts'
import { isTakePattern, takePattern } from '../../src/settings/take-pattern.ts'
import { rulesFor } from '../../src/settings/take-rules.ts'

test.each([
  ['GET /orders/:id', 'GET', '/orders/7', true],
  ['GET /orders/:id', 'GET', '/orders/7?full=1', true],
  ['get /orders/:id', 'GET', '/orders/7', true],
  ['GET /orders/:id', 'POST', '/orders/7', false],
  ['GET /orders/:id', 'GET', '/orders/', false],
  ['GET /orders/:id', 'GET', '/orders/7/lines', false],
  ['GET /orders/:id', 'GET', '/Orders/7', false],
  ['* /health', 'HEAD', '/health', true],
  ['GET /a/*/c', 'GET', '/a/b/c', true],
  ['GET /static/**', 'GET', '/static/js/app.js', true],
  ['GET /static/**', 'GET', '/static', true],
  ['GET /static/**', 'GET', '/statics/app.js', false],
  ['GET /a.b', 'GET', '/axb', false],
  ['OPTIONS *', 'OPTIONS', '*', true],
])('%s: %s %s is %s', (pattern, method, target, fits) => {
  expect(takePattern(pattern)({ method, target })).toBe(fits)
})

test.each(['/orders', 'GET', 'GET orders', 'GET /orders?id=1', 'GET  /orders', ''])('%j is no pattern of takes', (pattern) => {
  expect(isTakePattern(pattern)).toBe(false)
})

test('rules for all takes and for some add up; of single values the most special counts', () => {
  const settings = {
    ...defaults,
    noise: ['body.uptime'],
    patterns: { 'body.ref': '^A' },
    takes: {
      '* /health': { noise: ['body.memory'], calls: 'off' as const },
      'GET /health': { floatTolerance: 0.5, patterns: { 'body.ref': '^B' } },
      'GET /orders': { ignore: ['body.debug'] },
    },
  }
  expect(rulesFor(settings, { method: 'GET', target: '/health' })).toEqual({
    calls: 'off',
    deviations: 'warn',
    rules: {
      noise: ['body.uptime', 'body.memory'],
      ignore: [],
      unordered: [],
      patterns: { 'body.ref': '^B' },
      additionalFields: 'report',
      floatTolerance: 0.5,
    },
  })
  expect(rulesFor(settings, { method: 'GET', target: '/other' }).rules).toMatchObject({ noise: ['body.uptime'], ignore: [] })
})
