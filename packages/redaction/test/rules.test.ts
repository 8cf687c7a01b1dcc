import { describe, expect, it } from 'vitest'
import { createRedactor, type RedactionRules } from '../src/index.ts'

const key = new Uint8Array(32).fill(5)
const json = (rules: RedactionRules, value: unknown): unknown =>
  JSON.parse(
    Buffer.from(createRedactor({ key, rules }).body(new Uint8Array(Buffer.from(JSON.stringify(value))), 'application/json')).toString(),
  )

describe('a rule by path', () => {
  const note = {
    user: {
      notes: [
        { text: 'met on monday', id: 1 },
        { text: 'called back', id: 2 },
      ],
    },
    text: 'kept',
  }

  it('says what is secret, whatever its name, exactly there', () => {
    expect(json({ secret: [{ kind: 'path', path: 'user.notes[*].text' }] }, note)).toEqual({
      user: {
        notes: [
          { text: expect.stringMatching(/^(?!met)[a-z]{3} [a-z]{2} [a-z]{6}$/), id: 1 },
          { text: expect.not.stringContaining('called'), id: 2 },
        ],
      },
      text: 'kept',
    })
    expect(json({ secret: [{ kind: 'path', path: 'user.notes.1.text', with: '[hidden "by" rule]' }] }, note)).toEqual({
      user: {
        notes: [
          { text: 'met on monday', id: 1 },
          { text: '[hidden "by" rule]', id: 2 },
        ],
      },
      text: 'kept',
    })
    expect(json({ secret: [{ kind: 'path', path: 'user', with: '-' }] }, note)).toEqual({
      user: {
        notes: [
          { text: '-', id: '-' },
          { text: '-', id: '-' },
        ],
      },
      text: 'kept',
    })
  })

  it('says what is none, also within something that is', () => {
    const allow = [
      { kind: 'path', path: 'credentials.region' },
      { kind: 'path', path: 'demo.key' },
    ] as const
    expect(json({ allow }, { credentials: { region: 'eu-1', id: 'swordfish' }, demo: { key: `sk_live_${'a1'.repeat(12)}` } })).toEqual({
      credentials: { region: 'eu-1', id: expect.not.stringContaining('swordfish') },
      demo: { key: `sk_live_${'a1'.repeat(12)}` },
    })
  })

  it('goes for forms too', () => {
    const redactor = createRedactor({ key, rules: { secret: [{ kind: 'path', path: 'colour' }] } })
    const form = Buffer.from(
      redactor.body(new Uint8Array(Buffer.from('colour=blue&shape=round')), 'application/x-www-form-urlencoded'),
    ).toString()
    expect(form).toMatch(/^colour=(?!blue)[a-z]{4}&shape=round$/)
  })
})

describe('a rule by name', () => {
  const redactor = createRedactor({
    key,
    rules: {
      secret: [
        { kind: 'name', name: 'X-Partner', place: 'header' },
        { kind: 'name', name: 'hint', place: 'column', with: '' },
      ],
    },
  })

  it('goes for its place only', () => {
    expect(redactor.named('x-partner', 'acme', 'header')).not.toBe('acme')
    expect(redactor.named('x_partner', 'acme', 'column')).toBe('acme')
    expect(redactor.named('hint', 'a dog', 'column')).toBe('')
    expect(redactor.named('hint', 'a dog', 'field')).toBe('a dog')
  })
})

describe('a rule by pattern', () => {
  const whole: RedactionRules = { secret: [{ kind: 'pattern', name: 'employee', pattern: /\bEMP-\d{6}\b/ }] }
  const marked: RedactionRules = { secret: [{ kind: 'pattern', name: 'employee', pattern: /\bEMP-\d{6}\b/i, with: 'EMP-000000' }] }

  it('gives a placeholder that it finds again, so that calls with it match', () => {
    const after = createRedactor({ key, rules: whole }).text('by EMP-123456.')
    expect(after).toMatch(/^by EMP-(?!123456)\d{6}\.$/)
    expect(createRedactor({ key, rules: whole }).text(after)).toBe(after)
    const mask = createRedactor({ rules: whole, substitute: () => '‹secret›' })
    expect(mask.text(after)).toBe(mask.text('by EMP-123456.'))
  })

  it('gives what it was told to give, to everybody', () => {
    expect(createRedactor({ key, rules: marked }).text('by emp-123456.')).toBe('by EMP-000000.')
    expect(createRedactor({ rules: marked, substitute: () => '‹secret›' }).text('by emp-123456.')).toBe('by EMP-000000.')
  })
})

describe('what is allowed', () => {
  const test = `sk_test_${'b2'.repeat(12)}`

  it('by value, or by what the whole of a finding looks like', () => {
    const redactor = createRedactor({
      key,
      rules: {
        allow: [
          { kind: 'value', value: 'swordfish' },
          { kind: 'pattern', pattern: /sk_test_\w+/ },
        ],
      },
    })
    expect(redactor.named('password', 'swordfish')).toBe('swordfish')
    expect(redactor.named('password', 'swordfish2')).not.toBe('swordfish2')
    expect(redactor.text(`key ${test} and sk_live_${'b2'.repeat(12)}`)).toMatch(new RegExp(`^key ${test} and sk_live_(?!b2b2)`))
    expect(redactor.text('password=swordfish')).toBe('password=swordfish')
  })
})

describe('personal data, where it is asked for', () => {
  const text = 'ada.l@example.com, +49 30 901820, DE89 3704 0044 0532 0130 00, 078-05-1120'

  it('keeps its form', () => {
    expect(createRedactor({ key }).text(text)).toBe(text)
    const redactor = createRedactor({ key, rules: { personal: ['email', 'phone', 'iban', 'ssn'] } })
    const after = redactor.text(text)
    expect(after).toMatch(/^[a-z]{3}\.[a-z]@example\.com, \+49 \d\d \d{6}, DE\d\d \d{4} \d{4} \d{4} \d{4} \d\d, \d{3}-\d\d-\d{4}$/)
    for (const part of text.split(', ')) expect(after).not.toContain(part)
    expect(redactor.text(after)).toBe(after)
    expect({ ...redactor.counts }).toEqual({ email: 1, phone: 1, iban: 1, ssn: 1 })
  })
})

describe('JSON in base64, and keys as JSON', () => {
  it('is redacted inside', () => {
    const cursor = Buffer.from(JSON.stringify({ page: 2, password: 'swordfish' })).toString('base64')
    const after = createRedactor({ key }).text(`cursor=${cursor}`).slice(7)
    expect(JSON.parse(Buffer.from(after, 'base64').toString())).toEqual({ page: 2, password: expect.not.stringContaining('swordfish') })
  })

  it('loses the private members of a JSON Web Key and keeps the public ones', () => {
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
    }
    const after = json({}, jwk) as typeof jwk
    expect(after).toEqual({ ...jwk, d: expect.stringMatching(/^[\w-]{43}$/) })
    expect(after.d).not.toBe(jwk.d)
  })
})
