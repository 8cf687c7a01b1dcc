import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { loadSettings } from '../../src/settings/load-settings.ts'
import { validateConfig } from '../../src/settings/validate-config.ts'

/** What the error says about a configuration; empty when there is none. */
function complaint(config: unknown): string {
  try {
    validateConfig(config, 'retake.config.json')
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

test('every key about differences, for all takes and for some', () => {
  const rules = {
    noise: ['body.posts[*].views', 'headers.x-build', 'body["a.b"]', 'body.prices.*'],
    ignore: ['body.debug', 'headers.x-served-by'],
    unordered: ['body.tags', 'body'],
    patterns: { 'body.ref': '^INV-\\d{4}$', 'body.at': /^\d+$/ },
    additionalFields: 'allow',
    floatTolerance: 1e-9,
    calls: 'strict',
  }
  const config = { ...rules, origins: { recorded: 'http://a', replayed: 'http://b' }, takes: { 'GET /orders/:id': rules } }
  expect(validateConfig(config, 'here')).toEqual(config)
})

test.each([
  [{ noize: [] }, 'unknown key `noize`; allowed: noise, ignore, unordered, patterns'],
  [
    { takes: { 'GET /a': { noize: [] } } },
    'unknown key `noize` in `takes.GET /a`; allowed: noise, ignore, unordered, patterns, additionalFields, floatTolerance, calls',
  ],
  [{ takes: { 'GET /a': { origins: {} } } }, 'unknown key `origins`'],
  [{ noise: 'body.id' }, '`noise` must be a list'],
  [{ additionalFields: 'ignore' }, "`additionalFields` must be one of 'allow', 'report'"],
  [{ floatTolerance: 5 }, '`floatTolerance` must be at most 1'],
  [{ patterns: { 'body.a': 7 } }, '`patterns.body.a` must be a regular expression, or its text'],
  [{ beforeSave: 'hide' }, '`beforeSave` must be a function, which only a module can export'],
  [{ takes: { '/orders': {} } }, '`takes["/orders"]` must be named by method and path'],
])('shape: %j', (config, message) => {
  expect(complaint(config)).toContain(`retake.config.json: `)
  expect(complaint(config)).toContain(message)
})

test.each([
  [{ ignore: ['body'] }, '`ignore`: "body" is too broad: it covers the whole of the body'],
  [{ noise: ['body'] }, '`noise`: "body" is too broad'],
  [{ ignore: ['headers'] }, 'covers the whole of the headers'],
  [{ noise: ['body.*'] }, '`noise`: "body.*" is too broad: it covers everything in the body'],
  [{ noise: ['body[*]'] }, '"body[*]" is too broad'],
  [{ noise: ['headers.*'] }, '"headers.*" is too broad'],
  [{ ignore: ['body.items[*]'] }, 'it covers whatever is there, whole'],
  [{ noise: ['headers.Content-Type'] }, 'that header says what the answer is'],
  [{ noise: ['createdAt'] }, '"createdAt" names no place: a rule applies to exactly its path'],
  [{ noise: ['body.**.id'] }, '`**` would apply at any depth'],
  [{ noise: ['status'] }, 'is always compared'],
  [{ noise: ['body.items[x]'] }, 'cannot be read'],
  [{ noise: ['body..id'] }, 'cannot be read'],
  [{ unordered: ['headers.vary'] }, 'is no array'],
  [{ patterns: { id: '^a' } }, '"id" names no place'],
  [{ patterns: { 'body.id': '.*' } }, 'is too broad: .* matches anything'],
  [{ patterns: { 'body.id': '(' } }, 'is no regular expression: ('],
  [{ takes: { 'GET /a': { ignore: ['body'] } } }, '`takes["GET /a"].ignore`: "body" is too broad'],
])('refused: %j', (config, message) => {
  expect(complaint(config)).toContain(message)
})

test('a JSON file may have comments; what is wrong in it is said with its name', () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'retake-settings-'))
  const file = path.join(directory, 'retake.config.json')
  const settings = (): unknown => loadSettings({}, directory, () => validateConfig).noise
  fs.writeFileSync(file, '{\n  // the build changes with each release\n  "noise": ["headers.x-build"],\n}\n')
  expect(settings()).toEqual(['headers.x-build'])
  fs.writeFileSync(file, '{ "noise": ["headers.x-build" }')
  expect(settings).toThrow(/retake\.config\.json cannot be read/)
  fs.writeFileSync(file, '{ "noise": ["build"] }')
  expect(settings).toThrow(/retake\.config\.json: `noise`: "build" names no place/)
})

test('rules of redaction say what they are about, and what takes its place', () => {
  const redact = {
    headers: ['x-partner'],
    fields: ['nickname'],
    rules: [
      { path: 'body.user.notes[*].text', with: '[note]' },
      { column: 'hint' },
      { pattern: 'EMP-(\\d{6})', name: 'employee' },
      { header: 'x-a' },
    ],
    allow: ['csrf_token', { value: 'public' }, { pattern: /pk_\w+/ }, { path: 'body.demo' }],
    pii: ['email'],
    without: ['card'],
  }
  expect(validateConfig({ redact }, 'here')).toEqual({ redact })
  expect(complaint({ redact: { rules: [{ header: 'a', column: 'b' }] } })).toContain(
    '`redact.rules.0` must have exactly one of header, column, field, path, pattern',
  )
  expect(complaint({ redact: { rules: [{ with: 'x' }] } })).toContain('`redact.rules.0` must have exactly one of')
  expect(complaint({ redact: { rules: [{ path: 'user.name' }] } })).toContain(
    '`redact.rules.0.path` must begin with body, headers, query or columns',
  )
  expect(complaint({ redact: { rules: [{ pattern: '(' }] } })).toContain('`redact.rules.0.pattern`')
  expect(complaint({ redact: { rules: [{ regex: 'a' }] } })).toContain('allowed: header, column, field, path, pattern, with, name')
  expect(complaint({ redact: { pii: 'all' } })).toContain("`redact.pii` must be true, false, or a list of 'email', 'phone', 'iban', 'ssn'")
  expect(complaint({ redact: { allow: [{ key: 'a' }] } })).toContain('allowed: name, value, pattern, path')
  expect(complaint({ redact: { without: ['all'] } })).toContain("'private-key'")
})
