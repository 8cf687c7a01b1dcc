import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createRedactor, isPlaceholder } from '../src/index.ts'
import { placeholderFor } from '../src/placeholder/placeholder.ts'
import { planted } from './planted-secrets.ts'

const key = new Uint8Array(32).fill(7)
const otherKey = new Uint8Array(32).fill(8)
const secret = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...Array.from('abcdef0123456789')), minLength: 1, maxLength: 64 }),
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength: 1, maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...Array.from('abcxyz_-.')), minLength: 1, maxLength: 20 }),
  fc.uuid(),
)

it('a placeholder has the length of its secret in every encoding, is its own placeholder, and depends on the key', () => {
  fc.assert(
    fc.property(secret, (text) => {
      const placeholder = placeholderFor(text, key)
      expect(placeholder).toHaveLength(text.length)
      expect(Buffer.byteLength(placeholder)).toBe(Buffer.byteLength(text))
      expect(JSON.stringify(placeholder)).toHaveLength(JSON.stringify(text).length)
      expect(encodeURIComponent(placeholder.replaceAll(/[#$?^@]/g, '!')).length).toBeLessThanOrEqual(encodeURIComponent(text).length)
      expect(placeholderFor(placeholder, key)).toBe(placeholder)
      expect(placeholderFor(placeholder, otherKey)).toBe(placeholder)
      expect(placeholderFor(text, key)).toBe(placeholder)
      if (/[a-z]{12}|\d{16}/i.test(text) && !isPlaceholder(text)) {
        expect(placeholder).not.toBe(text)
        expect(placeholderFor(text, otherKey)).not.toBe(placeholder)
      }
    }),
    { numRuns: 2000 },
  )
})

it('a placeholder keeps the version of a UUID, hexadecimal digits, and numbers numbers', () => {
  expect(placeholderFor('123e4567-e89b-42d3-a456-426614174000', key)).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  expect(placeholderFor('deadbeefdeadbeefdead', key)).toMatch(/^[a-f]{20}$/)
  for (const number of ['7', '10', '-305', '12.5', '1e10', '9007199254740993'])
    expect(String(JSON.parse(placeholderFor(number, key)))).not.toBe('NaN')
})

it('redaction keeps lengths, is idempotent, and lets no planted secret through, wherever it stands', () => {
  const names = ['password', 'accessToken', 'x-api-key', 'note', 'message', 'body']
  const leaf = fc.oneof(fc.constantFrom(...Object.values(planted)), fc.string({ maxLength: 20 }), fc.integer(), fc.constant(null))
  const value = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('node'), { maxKeys: 3, noNullPrototype: true }),
      // Text around, and JSON inside a string.
      leaf.map((inner) => `before ${String(inner)} after`),
      tie('node').map((inner) => JSON.stringify(inner) ?? ''),
    ),
  })).node
  fc.assert(
    fc.property(value, fc.constantFrom('application/json', undefined, 'text/plain', 'application/vnd.api+json'), (content, type) => {
      const redactor = createRedactor({ key })
      const bytes = new Uint8Array(Buffer.from(JSON.stringify(content, undefined, type === undefined ? 1 : 0)))
      const once = redactor.body(bytes, type)
      expect(once).toHaveLength(bytes.length)
      expect(redactor.body(once, type)).toBe(once)
      const after = Buffer.from(once).toString('utf8').replaceAll('\\', '')
      for (const planting of Object.values(planted)) expect(after).not.toContain(planting.replaceAll('\n', 'n'))
      expect(() => JSON.parse(Buffer.from(once).toString('utf8'))).not.toThrow()
    }),
    { numRuns: 1000 },
  )
})
