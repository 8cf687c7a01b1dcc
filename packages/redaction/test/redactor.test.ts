import { describe, expect, it } from 'vitest'
import { createRedactor, isPlaceholder } from '../src/index.ts'
import { everyTellingName, everyWeakName, isTellingName, isWeakName, tellingStems } from '../src/telling-name.ts'
import { planted } from './planted-secrets.ts'

const key = new Uint8Array(32).fill(7)
const redactor = createRedactor({ key })
const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')
const body = (content: string, mediaType?: string): string => text(redactor.body(utf8(content), mediaType))
const json = (value: unknown): unknown => JSON.parse(body(JSON.stringify(value), 'application/json'))

describe('a named value', () => {
  it.each([
    'password',
    'Password',
    'user_password',
    'userPassword',
    'USER_PASSWORD',
    'passwd',
    'db.pwd',
    'pass',
    'passphrase',
    'secret',
    'clientSecret',
    'client-secret',
    'client_secret',
    'token',
    'access_token',
    'accessToken',
    'refresh_token',
    'idToken',
    'X-Auth-Token',
    'x-amz-security-token',
    'apiKey',
    'api-key',
    'API_KEY',
    'apikey',
    'x-api-key',
    'X-Goog-Api-Key',
    'private_key',
    'privateKey',
    'aws_secret_access_key',
    'secretKey',
    'encryptionKey',
    'sessionId',
    'connect.sid',
    'PHPSESSID',
    'pin',
    'cvv',
    'cvc',
    'card_number',
    'cardNumber',
    'otp',
    'credentials',
    'user[password]',
    'ocp-apim-subscription-key',
    'x-csrf-token',
    'PGPASSWORD',
    'mypassword',
  ])('%s is replaced', (name) => {
    const redacted = redactor.named(name, 'Tr0ub4dor-horse')
    expect(redacted).toMatch(/^[A-Z][a-z]\d[a-z]{2}\d[a-z]{3}-[a-z]{5}$/)
    expect(redacted).not.toBe('Tr0ub4dor-horse')
    expect(isPlaceholder(redacted)).toBe(true)
  })

  it.each([
    'token_type',
    'tokenType',
    'max_tokens',
    'total_tokens_count',
    'has_password',
    'password_changed_at',
    'passwordPolicy',
    'expires_in',
    'id',
    'key',
    'name',
    'author',
    'passenger',
    'keyboard',
    'secretary',
    'compass',
    'pinned',
    'spin',
    'monkey',
    'tokenizer',
    'content-type',
    'user-agent',
    'status',
    'code',
  ])('%s is left alone', (name) => expect(redactor.named(name, 'Tr0ub4dor-horse')).toBe('Tr0ub4dor-horse'))

  it('keeps the scheme of an authorization', () => {
    expect(redactor.named('Authorization', 'Bearer abcdef0123456789')).toMatch(/^Bearer [a-f\d]{16}$/)
    const basic = redactor.named('Proxy-Authorization', `Basic ${Buffer.from('ada:correct horse').toString('base64')}`)
    expect(Buffer.from(basic.slice(6), 'base64').toString()).toMatch(/^ada:[a-z]{7} [a-z]{5}$/)
    expect(basic).not.toContain(Buffer.from('correct').toString('base64').slice(0, 6))
    expect(redactor.named('authorization', 'Digest username="ada", response="6629fae49393a05397450978507c4ef1"')).not.toContain('6629fae4')
    expect(redactor.named('authorization', 'opaque-credential-1')).not.toContain('credential')
  })

  it('keeps names and attributes of cookies, and values that are no secret', () => {
    const cookie = redactor.named('cookie', 'sid=s%3Aabcdefghij.klmnop; theme=dark; lang=en-US; id=42')
    expect(cookie).toMatch(/^sid=s%3A[a-z]{10}\.[a-z]{6}; theme=dark; lang=en-US; id=42$/)
    expect(cookie).not.toContain('abcdefghij')
    expect(redactor.named('Set-Cookie', 'session=abcdefghij; Path=/; HttpOnly; Max-Age=3600; SameSite=Lax')).toMatch(
      /^session=[a-z]{10}; Path=\/; HttpOnly; Max-Age=3600; SameSite=Lax$/,
    )
    expect(redactor.named('set-cookie', 'session=; Max-Age=0')).toBe('session=; Max-Age=0')
  })
})

describe('a body', () => {
  it('in JSON keeps its structure, its types and everything that is no secret', () => {
    const before = {
      user: 'ada',
      password: 'p\u00e4ss"w\\ord\n1',
      pin: 1234,
      nested: [{ apiKey: 'abc123', note: 'token' }],
      ok: true,
      token: null,
      secret: { a: 'xyz789', b: [12] },
      price: 12.5,
    }
    const after = json(before) as typeof before
    expect(after).toEqual({
      ...before,
      password: expect.any(String),
      pin: expect.any(Number),
      nested: [{ apiKey: expect.any(String), note: 'token' }],
      secret: { a: expect.any(String), b: [expect.any(Number)] },
    })
    for (const [was, is] of [
      [before.password, after.password],
      [String(before.pin), String(after.pin)],
      [before.nested[0]?.apiKey, after.nested[0]?.apiKey],
      [before.secret.a, after.secret.a],
    ]) {
      expect(is).not.toBe(was)
      expect(is).toHaveLength(was?.length ?? 0)
    }
  })

  it('in JSON may be written in any way', () => {
    const odd =
      '{ "pass\\u0077ord" : "\\u0068unter\\u00e9\\ud83d\\ude00\\/2" ,\n"token":"a1b2c3d4"}\n{"secret":"line two"}\n{"cut off":1,"password":"half'
    const after = body(odd, 'application/x-ndjson')
    expect(utf8(after)).toHaveLength(utf8(odd).length)
    expect(JSON.parse(after.split('\n').slice(0, 2).join(''))).toEqual({
      password: expect.not.stringContaining('hunter'),
      token: expect.not.stringContaining('a1b2'),
    })
    expect(after).not.toMatch(/line two|half/)
  })

  it('in JSON may hold JSON as a string', () => {
    const after = json({ event: JSON.stringify({ password: 'swordfish', kept: 'swordfish' }) }) as { event: string }
    expect(JSON.parse(after.event)).toEqual({ password: expect.not.stringContaining('swordfish'), kept: 'swordfish' })
  })

  it('of a form, a query, or parts', () => {
    const form = body('user=ada&password=p%40ss+w%C3%B6rd1&client%5Fsecret=abcdef&next=%2Fhome', 'application/x-www-form-urlencoded')
    expect(form).toMatch(
      /^user=ada&password=[a-z]%[0-9A-F]{2}[a-z]{2}\+[a-z]%C3%[0-9A-F]{2}[a-z]{2}\d&client%5Fsecret=[a-z]{6}&next=%2Fhome$/,
    )
    expect(form).not.toContain('p%40ss')
    expect(redactor.text('/login?user=ada&token=abcdefgh&x=1')).toMatch(/^\/login\?user=ada&token=(?!abcdefgh)[a-z]{8}&x=1$/)
    const parts =
      '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\nswordfish\r\n--b\r\nContent-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\n{"token":"swordfish"}\r\n--b--\r\n'
    const multipart = body(parts, 'multipart/form-data; boundary=b')
    expect(multipart).not.toContain('swordfish')
    expect(multipart.replaceAll(/[a-z]{9}(?=\r|")/g, 'swordfish')).toBe(parts)
  })

  it('is the same instance when nothing in it is secret', () => {
    for (const [content, type] of [
      ['{"a":[1,2,{"b":"c"}],"key":"value"}', 'application/json'],
      ['a=1&b=2', 'application/x-www-form-urlencoded'],
      ['hello', 'text/plain'],
      ['', undefined],
    ] as const) {
      const bytes = utf8(content)
      expect(redactor.body(bytes, type)).toBe(bytes)
    }
    const binary = Uint8Array.from({ length: 1000 }, (_, index) => (index * 89) % 256)
    expect(redactor.body(binary, 'image/png')).toBe(binary)
  })

  it('of other bytes than text still loses its tokens', () => {
    const bytes = new Uint8Array(Buffer.from(`\xff\xfe ${planted['github']} \x80`, 'latin1'))
    const after = Buffer.from(redactor.body(bytes, 'application/octet-stream')).toString('latin1')
    expect(after).not.toContain(planted['github'])
    expect(after).toHaveLength(bytes.length)
  })
})

describe('a text', () => {
  it.each(Object.entries(planted))('loses its %s, in any surroundings', (_, secret) => {
    for (const around of [`${secret}`, `before ${secret} after`, `x=${secret}\nnext`, `["${secret}"]`, `<a>${secret}</a>`]) {
      const after = redactor.text(around)
      expect(after).not.toContain(secret)
      expect(after).toHaveLength(around.length)
      expect(redactor.text(after)).toBe(after)
    }
  })

  it('of SQL loses the literals beside telling names, and nothing else', () => {
    expect(redactor.text("SELECT id FROM users WHERE email = 'a@b.c' AND password = 'swordfish'")).toMatch(
      /^SELECT id FROM users WHERE email = 'a@b\.c' AND password = '(?!swordfish)[a-z]{9}'$/,
    )
    expect(redactor.text('UPDATE users SET password_hash = $1, token = users.token WHERE api_key = $2')).toBe(
      'UPDATE users SET password_hash = $1, token = users.token WHERE api_key = $2',
    )
    expect(
      redactor.text("INSERT INTO users (name, \"password\", age) VALUES ('ada', 'sword''fish', 3), (lower('B,ob'), 'hunter22', 4)"),
    ).toMatch(/VALUES \('ada', '[a-z]{5}''[a-z]{4}', 3\), \(lower\('B,ob'\), '[a-z]{6}\d{2}', 4\)$/)
    for (const sql of [
      "ALTER ROLE app PASSWORD 'swordfish'",
      "CREATE USER app IDENTIFIED BY 'swordfish'",
      "INSERT INTO t (secret) VALUES ('swordfish')",
    ]) {
      expect(redactor.text(sql)).not.toContain('swordfish')
    }
  })

  it('of logs loses assignments', () => {
    for (const line of [
      'login password=swordfish1 ok',
      'token: swordfish1',
      'Password=swordfish1;Server=x',
      '{"api_key": "swordfish1"',
      "secret => 'swordfish1'",
    ]) {
      expect(redactor.text(line), line).not.toContain('swordfish1')
    }
    expect(redactor.text('the token: expired, password = required')).toBe('the token: expired, password = required')
  })

  it('keeps numbers that are no cards', () => {
    const ids = '1760000000000 1234567890123456 4111111111111112 id-4111111111111111 4111111111111111.5'
    expect(redactor.text(ids)).toBe(ids)
    const card = redactor.text('4111 1111 1111 1111')
    expect(card).toMatch(/^4111 \d{4} \d{4} \d{4}$/)
  })
})

describe('rules', () => {
  it('can be added and taken away', () => {
    const custom = createRedactor({
      key,
      rules: {
        secret: [
          { kind: 'name', name: 'favouriteColour' },
          { kind: 'pattern', name: 'employee', pattern: /EMP-(\d{6})/ },
        ],
        allow: [{ kind: 'name', name: 'session_token' }],
        without: ['card'],
      },
    })
    expect(custom.named('favourite-colour', 'ultramarine')).not.toBe('ultramarine')
    expect(custom.named('sessionToken', 'swordfish')).toBe('swordfish')
    expect(custom.text('by EMP-123456.')).toMatch(/^by EMP-(?!123456)\d{6}\.$/)
    expect(custom.text('4111111111111111')).toBe('4111111111111111')
    expect({ ...custom.counts }).toEqual({ name: 1, employee: 1 })
  })
})

it('a key of an app under the name of an id, as weather services have it, is told from an id by its looks', () => {
  const url = (appid: string): string => `/data/2.5/weather?q=Bern&appid=${appid}`
  const secret = '9b1f0c7de2a84536b7d1c0e94f3a6285'
  expect(redactor.text(url(secret))).toMatch(/^\/data\/2\.5\/weather\?q=Bern&appid=[0-9a-f]{32}$/)
  expect(redactor.text(url(secret))).not.toContain(secret)
  for (const id of ['12345678901234567890', 'com.example.shop', 'wx8888888888888888']) expect(redactor.text(url(id))).toBe(url(id))
})

it('every telling name has a stem that a quick look finds', () => {
  for (const name of [...everyTellingName, ...everyWeakName]) {
    expect(isTellingName(name) || isWeakName(name), name).toBe(true)
    expect(
      tellingStems.some((stem) => name.includes(stem)),
      name,
    ).toBe(true)
  }
})
