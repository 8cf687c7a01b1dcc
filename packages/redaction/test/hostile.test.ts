import { expect, it, vi } from 'vitest'
import { createRedactor } from '../src/index.ts'

// A busy machine is slow, which is no failure.
vi.setConfig({ testTimeout: 300_000 })
const redactor = createRedactor({ key: new Uint8Array(32).fill(1) })
const size = 1024 * 1024

/**
 * Runs that make careless patterns try again at each character. Quadratic work on a megabyte takes many minutes, so that ending within
 * the test's general bound is proof enough, and no time is measured.
 */
it.each([
  'eyJ',
  'eyJaaaaaa.',
  'a',
  'a=',
  "password='",
  'password="',
  'sk-',
  'ghp_',
  'SG.aaaaaaaaaaaaaaaa',
  '4',
  '4 ',
  '://',
  '://a:',
  'http://a:b',
  '-----BEGIN PRIVATE KEY-----',
  'bearer ',
  'insert into t (password) values (',
  "insert into t (password) values ('",
  '{',
  '[',
  '{"a":',
  '{"password":',
  '"',
  '\\',
  '{"password":"\\',
  '%',
  '%4',
  'a.',
  '_',
  '=',
  'password password ',
  'token: ',
  "''",
  '\u{1f600}',
  '\ud800',
  'pass',
  'AKIA',
  ' ',
  '\n',
  ';',
  '&',
  'password=&',
  '--',
  '--b\r\n\r\n',
])('%j, over a megabyte, is done with', (run) => {
  const text = run.repeat(Math.floor(size / run.length))
  const bytes = new Uint8Array(Buffer.from(text))
  for (const type of ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=b', undefined]) {
    expect(redactor.body(bytes, type)).toHaveLength(bytes.length)
  }
})
