import { createHash, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createRedactor } from '../src/index.ts'

const redactor = createRedactor({ key: new Uint8Array(32).fill(3) })
const sha = (text: string, algorithm = 'sha256'): string => createHash(algorithm).update(text).digest('hex')
const bytes = (value: unknown): Uint8Array => new Uint8Array(Buffer.from(JSON.stringify(value)))

/** What ordinary APIs send: none of it is secret, and much of it looks a little like it. */
const ordinary: readonly unknown[] = [
  {
    id: randomUUID(),
    object: 'order',
    number: 'ORD-2026-000123',
    authorId: 4711,
    author: { name: 'Ada Lovelace', secretary: 'Bob', passenger: true },
    createdAt: '2026-11-22T16:00:00.000Z',
    password_changed_at: '2026-11-01T00:00:00Z',
    passwordPolicy: 'strong-12',
    token_count: 512,
    token_type: 'bearer-like',
    usage: { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46, tokens: 46, tokens_per_second: 12.5 },
    max_tokens: 4096,
    nextPageToken: 'CAUQAA0a1b2c3d4e5f6g7h8',
    next_token: 'AAMA-EFRSURBSGdXV3h6b3R3',
    has_password: true,
    forgot_password_url: 'https://shop.example.com/forgot',
    code: 'SUMMER-2026',
    error: { code: 'card_declined', key: 'payment.card_declined' },
    primary_key: 'orders_pkey',
    key: 'uploads/2026/11/22/report-final-v2.pdf',
    Key: 'uploads/2026/11/22/a1b2c3d4e5f6.png',
    token_bucket: { rate: 10, burst: 20 },
    parameters: { type: 'object', properties: { password: { type: 'string' }, token: { type: 'string' } } },
    labels: [{ name: 'form.token.label', value: 'Enter your token' }],
    run: 'docker run -u 1000:1000 image; curl -s https://example.com',
    cacheKey: 'user:4711:orders:page:2:size:50:v3a1b2c3',
    idempotency_key: 'a8f5f167f44f4964e6c998dee827110c',
    publicKey: 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=',
    sort_key: 'CUSTOMER#4711#ORDER#0001a2b3c4d5e6f7',
    etag: 'W/"5e1-Yx0b2sN5k3J9fQ0aZ1cT2w"',
    sha256: sha('a'),
    checksum: sha('b', 'md5'),
    commit: sha('c', 'sha1'),
    digest: `sha256:${sha('d')}`,
    integrity: 'sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ulid: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    objectId: '507f1f77bcf86cd799439011',
    nanoid: 'V1StGXR8_Z5jdHi6B-myT',
    snowflake: '1541815603606036480',
    trackingNumber: '1Z999AA10123456784',
    isbn: '978-3-16-148410-0',
    ean: 4006381333931,
    epochMs: 1763827200000,
    epochMicros: 1763827200000000,
    version: '1.2.3-beta.4+build.5',
    compass: 'north',
    keyboard: 'qwerty',
    monkey: 'capuchin',
    tokenizer: 'cl100k_base',
    pinned: true,
    spin: 3,
    passage: 'some text',
    session: { id: 42, startedAt: 'now' },
    cookieConsent: 'accepted',
    cookie_policy: 'https://example.com/cookies',
    licenseKeyboard: 'x',
    publishable: 'pk_live_51H8aBcDeFgHiJkLmNoPqRsTu',
    authorization_status: 'approved',
    seed: 42,
    phone: '+49 30 1234567',
    email: 'ada@example.com',
    iban: 'DE89370400440532013000',
  },
  { links: [{ rel: 'self', href: '/v1/orders/8f14e45f-ceea-467f-a8d2-8c1f0a1b2c3d?page=2&sort=created_at&fields=id,code' }] },
  { image: 'https://cdn.example.com/assets/app.3f9a0c7be1d25486.js', avatar: 'https://gravatar.com/avatar/205e460b479e2e48' },
  { message: 'The token: expired. Password: required. Your password must have 8 characters.', note: 'ask the secretary: Bob' },
  { sql: 'SELECT token, password_hash FROM users WHERE password = $1 AND token IS NOT NULL' },
]

describe('what ordinary APIs send stays as it is', () => {
  it.each(ordinary.map((value, index) => [index, value] as const))('document %i', (_, value) => {
    const before = bytes(value)
    expect(JSON.parse(Buffer.from(redactor.body(before, 'application/json')).toString())).toEqual(value)
  })

  it.each([
    ['etag', 'W/"3f9a0c7be1d254863f9a0c7be1d25486"'],
    ['if-none-match', '"686897696a7c876b7e"'],
    ['x-request-id', randomUUID()],
    ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['x-amz-cf-id', 'aB3dE5gH7jK9mN1pQ2sT4vW6yZ8bC0fRaB3dE5gH7jK9mN1pQ2sT4v=='],
    ['content-security-policy', "default-src 'self'; script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"],
    ['link', '<https://api.example.com/orders?page=2>; rel="next"'],
    ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36'],
    ['vary', 'Authorization, Cookie'],
    ['access-control-allow-headers', 'authorization,x-api-key,content-type'],
    ['www-authenticate', 'Bearer realm="shop", error="invalid_token"'],
    ['cache-control', 'private, max-age=0'],
    ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ])('header %s', (name, value) => expect(redactor.named(name, value, 'header')).toBe(value))

  it.each([
    'GET /v1/tokens/usage 200 12ms',
    'listening on http://127.0.0.1:3000',
    'connected to postgres://app@db:5432/shop',
    'at Object.<anonymous> (/srv/app/node_modules/pg/lib/client.js:132:17)',
    'retry 3 of 5 in 200ms: key not found: user:4711',
    'duplicate key value violates unique constraint "users_email_key"',
    'code: 23505, detail: Key (email)=(ada@example.com) already exists.',
    'invalid input syntax for type uuid: "not-a-uuid"',
    'password authentication failed for user "app"',
    'git commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
    '/share/8f14e45f-ceea-467f-a8d2-8c1f0a1b2c3d',
    '/reset/step/two?lang=en',
    '4111111111111112 is no card',
    'key=value&page=2&code=DE',
    'color: #3f9a0c; margin: 0 auto; z-index: 10',
  ])('%s', (line) => expect(redactor.text(line)).toBe(line))
})
