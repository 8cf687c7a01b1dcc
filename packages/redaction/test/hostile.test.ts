import { expect, it, vi } from 'vitest'
import { createRedactor } from '../src/index.ts'

// A busy machine is slow, which is no failure.
vi.setConfig({ testTimeout: 300_000 })
const redactor = createRedactor({ key: new Uint8Array(32).fill(1), rules: { personal: ['email', 'phone', 'iban', 'ssn'] } })
const size = 256 * 1024

/**
 * Runs that make careless patterns try again at each character. Quadratic work on a quarter of a megabyte takes many minutes, so that ending within
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
  'eyJhbGciOi',
  'ghp_aaaa',
  'AKIA AKIA',
  'xoxb-',
  'sk-ant-api03-',
  '$2b$10$',
  '$argon2id$v=19$m=1,t=1,p=1$aaaaaaaa$',
  'Q~',
  'abcQ~1',
  '.atlasv1.',
  '_mmk',
  ':AA',
  '12345678:AA',
  '/reset/',
  '/token/a1b2c3d4e5f6a7b8c9d0',
  '?sig=',
  '&X-Amz-Signature=aaaaaaaa',
  '://aaaaaaaaaaaaaaaaaaaaaaa@',
  '://a:b@',
  '--password ',
  '--a ',
  'Cookie: a',
  'Authorization: ',
  'password: ',
  '<password>',
  '<password>a</',
  '<a ',
  '{"kty":"d",',
  'data: {"token":',
  '\u0441\u0435\u043a\u0440\u0435\u0442: ',
  'contrase\u00f1a=',
  'a@b.c',
  'a@a.',
  '+1 ',
  '+49 30 1',
  '555-',
  'DE89 3704 ',
  '123-45-',
])('%j, over a quarter of a megabyte, is done with', (run) => {
  const text = run.repeat(Math.floor(size / run.length))
  const bytes = new Uint8Array(Buffer.from(text))
  for (const type of ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=b', undefined]) {
    expect(redactor.body(bytes, type)).toHaveLength(bytes.length)
  }
})
