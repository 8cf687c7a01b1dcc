import { expect, it } from 'vitest'
import { createRedactor } from '../src/index.ts'

const redactor = createRedactor({ key: new Uint8Array(32).fill(9) })
const mask = createRedactor({ substitute: () => '*' })
const secret = 'k9Tq2Lx7Vb4Rm1Zc'

/** Secrets whose names do not stand right before them. */
it.each([
  ['a pair', 'application/json', `{"env":[{"name":"API_TOKEN","value":"${secret}"},{"name":"PLAN","value":"free"}]}`],
  ['a pair in capitals', 'application/json', `{"Environment":[{"Name":"DB_PASSWORD","Value":"${secret}"}]}`],
  ['JSON Patch', 'application/json-patch+json', `[{"op":"replace","path":"/user/password","value":"${secret}"}]`],
  ['a column of CSV', 'text/csv', `id,api_key,plan\n1,${secret},free\n2,"${secret}",pro\n`],
  ['a column between tabs', 'text/tab-separated-values', `id\tpassword\r\n1\t${secret}\r\n`],
  ['a column between semicolons, quoted', 'text/csv; charset=utf-8', `name;"client secret"\nada;"${secret}"`],
  ['a field of a form', 'text/html', `<form><input type="hidden" name="csrf_token" value="${secret}"></form>`],
  ['a meta element', 'text/html', `<meta name="csrf-token" content='${secret}'>`],
  ['a property list', 'application/xml', `<dict><key>password</key><string>${secret}</string></dict>`],
  ['curl', 'text/plain', `curl -s -u ada:${secret} https://example.com`],
  ['.netrc', 'text/plain', `machine api.example.com login ada password ${secret}`],
  ['a link in a link', 'text/plain', `https://app.example.com/login?next=%2Fhome%3Ftoken%3D${secret}%26x%3D1`],
  ['JSON in a query, encoded twice', 'text/plain', `/x?f=${encodeURIComponent(encodeURIComponent(`{"password":"${secret}"}`))}`],
  ['JSON in a form with pluses', 'text/plain', `q=%7B%22password%22%3A+%22${secret}%22%7D`],
  [
    'a name of a file',
    'multipart/form-data; boundary=b',
    `--b\r\nContent-Disposition: form-data; name="f"; filename="token=${secret}.txt"\r\n\r\nx\r\n--b--\r\n`,
  ],
])('%s', (_, type, text) => {
  const after = Buffer.from(redactor.body(new Uint8Array(Buffer.from(text)), type)).toString()
  expect(after).not.toContain(secret)
  expect(after).toHaveLength(text.length)
  expect(Buffer.from(redactor.body(new Uint8Array(Buffer.from(after)), type)).toString()).toBe(after)
  const masked = (one: string): string => Buffer.from(mask.body(new Uint8Array(Buffer.from(one)), type)).toString()
  expect(masked(after)).toBe(masked(text))
})

it.each([
  ['application/json', '{"fields":[{"name":"password_changed_at","value":"2026-01-01"},{"name":"plan","value":"free"}],"value":"x"}'],
  ['text/csv', 'id,name,plan\n1,"Ada; ""the"" first, of many",free\n2,Bob,pro\n'],
  ['text/csv', 'a,b\n1'],
  ['text/html', '<input type="text" name="email" value="ada@example.com"><meta name="viewport" content="width=device-width">'],
  ['text/plain', 'login with your user name and password below, 100%25 safe, caf%C3%A9 %20 %2F'],
  ['text/plain', 'https://example.com/caf%C3%A9/a%20b?x=%7B%22plan%22%3A%22free%22%7D'],
])('%s that has nothing secret stays: %s', (type, text) => {
  const bytes = new Uint8Array(Buffer.from(text))
  expect(redactor.body(bytes, type)).toBe(bytes)
})
