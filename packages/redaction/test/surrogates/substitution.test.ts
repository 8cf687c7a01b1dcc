import { createHash, randomBytes, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DrawKind, DrawValue } from '@retake/core'
import { addNeedle, DrawnValues, Needles, Substitution } from '../../src/index.ts'

const key = createHash('sha256').update('key').digest()

/** One drawn value, what stands for it, and the way there and back. */
function drawn(kind: DrawKind, value: DrawValue) {
  const values = new DrawnValues(key)
  values.add(kind, value)
  const replacement = values.surrogateFor(kind, value)
  const back = new Needles()
  addNeedle(back, { kind, value: replacement, replacement: () => value })
  return { there: values.substitution, back: new Substitution(() => [back]), replacement }
}

/** How an app may write bytes. */
const spellings: { readonly [name: string]: (bytes: Buffer) => string } = {
  hex: (bytes) => bytes.toString('hex'),
  'upper hex': (bytes) => bytes.toString('hex').toUpperCase(),
  base64: (bytes) => bytes.toString('base64'),
  base64url: (bytes) => bytes.toString('base64url'),
  'base64 in a URL': (bytes) => encodeURIComponent(bytes.toString('base64')),
  'base64 in JSON with escapes': (bytes) => bytes.toString('base64').replaceAll('/', '\\/').replaceAll('+', '\\u002b'),
  'base64 behind other bytes': (bytes) => Buffer.concat([Buffer.from('user 7 :'), bytes]).toString('base64'),
  'base64 before other bytes': (bytes) => Buffer.concat([bytes, Buffer.from(' and more')]).toString('base64'),
  'hex in JSON in base64': (bytes) => Buffer.from(JSON.stringify({ sid: bytes.toString('hex') })).toString('base64'),
  'base64url in JSON in base64url': (bytes) => Buffer.from(JSON.stringify({ nonce: bytes.toString('base64url') })).toString('base64url'),
  'a prefix': (bytes) => `sk_live_${bytes.toString('hex')}`,
  'twice in a row': (bytes) => bytes.toString('hex') + bytes.toString('hex'),
  'a path': (bytes) => `/reset/${bytes.toString('base64url')}/confirm`,
  bytea: (bytes) => `\\x${bytes.toString('hex')}`,
  'the beginning': (bytes) => bytes.toString('hex').slice(0, 10),
}
const decimals: { readonly [name: string]: (bytes: Buffer) => string } = {
  'big-endian decimal': (bytes) => BigInt(`0x${bytes.toString('hex')}`).toString(),
  'little-endian decimal of eight bytes': (bytes) => (bytes.length === 8 ? bytes.readBigUInt64LE().toString() : '12345678'),
}

/** Random bytes; fast-check's own are often zeros, which stand everywhere. */
const randomArray = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.integer({ min: minLength, max: maxLength }), fc.noShrink(fc.nat()))
    .map(([length, seed]) => Uint8Array.from(createHash('shake256', { outputLength: length }).update(String(seed)).digest()))

describe('bytes', () => {
  for (const [name, spell] of Object.entries({ ...spellings, ...decimals })) {
    test(`${name}: replaced by the surrogate's, which is as long, and found again`, () => {
      fc.assert(
        fc.property(randomArray(8, 64), (array) => {
          const bytes = Buffer.from(array)
          const { there, back, replacement } = drawn('bytes', bytes)
          const surrogate = Buffer.from(replacement as Uint8Array)
          if (name in decimals && bytes.length > 16) return
          expect(surrogate.equals(bytes)).toBe(false)
          for (const frame of ['%', '{"a":"%","b":1}', 'GET /?token=%&x=1', 'grüße % ende']) {
            const written = frame.replace('%', () => spell(bytes))
            const stored = there.text(written)
            expect(stored).toBe(frame.replace('%', () => spell(surrogate)))
            expect(back.text(stored)).toBe(written)
            expect(Buffer.from(there.bytes(Buffer.from(written))).toString()).toBe(stored)
          }
        }),
        { numRuns: 60 },
      )
    })
  }

  test.each(['0012d687f3a1c05b', '00000687f3a1c05b', 'a112d687f3a10000', '0000d687f3a10b00'])('decimals as short as those of %s', (hex) => {
    const bytes = Buffer.from(hex, 'hex')
    const surrogate = Buffer.from(drawn('bytes', bytes).replacement as Uint8Array)
    expect(surrogate.equals(bytes)).toBe(false)
    for (const spell of Object.values(decimals)) expect(spell(surrogate)).toHaveLength(spell(bytes).length)
  })

  test('as they are, between others', () => {
    fc.assert(
      fc.property(randomArray(4, 64), fc.uint8Array(), fc.uint8Array(), (array, before, after) => {
        const bytes = Buffer.from(array)
        const { there, back, replacement } = drawn('bytes', bytes)
        const whole = Buffer.concat([before, bytes, after])
        const stored = Buffer.from(there.bytes(whole))
        expect(stored.equals(Buffer.concat([before, replacement as Uint8Array, after]))).toBe(true)
        expect(Buffer.from(back.bytes(stored)).equals(whole)).toBe(true)
      }),
    )
  })

  test('the UUID that uuid.v4() makes of them', () => {
    fc.assert(
      fc.property(randomArray(16, 16), (array) => {
        const marked = (bytes: Uint8Array): Buffer => {
          const uuid = Buffer.from(bytes)
          uuid[6] = ((uuid[6] as number) & 0x0f) | 0x40
          uuid[8] = ((uuid[8] as number) & 0x3f) | 0x80
          return uuid
        }
        const { there, back, replacement } = drawn('bytes', array)
        const from = marked(array)
        const to = marked(replacement as Uint8Array)
        for (const spell of [dashed, (bytes: Buffer) => bytes.toString('hex'), (bytes: Buffer) => bytes.toString('base64url')]) {
          expect(there.text(spell(from))).toBe(spell(to))
          expect(back.text(spell(to))).toBe(spell(from))
        }
        expect(Buffer.from(there.bytes(from)).equals(to)).toBe(true)
      }),
    )
  })
})

function dashed(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

describe('UUIDs', () => {
  test('keep their version and variant; dashed, plain, in capitals, as bytes', () => {
    for (let run = 0; run < 50; run++) {
      const uuid = randomUUID()
      const { there, back, replacement } = drawn('uuid', uuid)
      const surrogate = replacement as string
      expect(surrogate).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      const plain = (text: string): string => text.replaceAll('-', '')
      for (const spell of [(text: string) => text, plain, (text: string) => text.toUpperCase(), (text: string) => `urn:uuid:${text}`]) {
        expect(there.text(spell(uuid))).toBe(spell(surrogate))
        expect(back.text(spell(surrogate))).toBe(spell(uuid))
      }
      const bytes = Buffer.concat([Buffer.from([1, 255]), Buffer.from(plain(uuid), 'hex')])
      expect(Buffer.from(there.bytes(bytes)).subarray(2).toString('hex')).toBe(plain(surrogate))
    }
  })

  test('of version 7 keep their time, and are told apart within it', () => {
    const values = new DrawnValues(key)
    const made = Array.from(
      { length: 200 },
      () =>
        `0198c5e2-7f4a-7${randomBytes(2).toString('hex').slice(1)}-8${randomBytes(8).toString('hex').slice(1, 4)}-${randomBytes(6).toString('hex')}`,
    )
    for (const uuid of made) values.add('uuid7', uuid)
    for (const uuid of made) {
      const surrogate = values.substitution.text(uuid)
      expect(surrogate).not.toBe(uuid)
      expect(surrogate.slice(0, 15)).toBe(uuid.slice(0, 15))
      expect(values.substitution.text(uuid.replaceAll('-', ''))).toBe(surrogate.replaceAll('-', ''))
    }
  })
})

describe('ids, numbers and results', () => {
  test.each([
    ['nanoid', 'V1StGXR8_Z5jdHi6B-myT'],
    ['ulid', '01ARZ3NDEKTSV4RRFFQ69G5FAV'],
    ['ObjectId', '507f1f77bcf86cd799439011'],
    ['cuid2', 'tz4a98xxat96iws9zmbrgj3a'],
  ])('%s', (_name, id) => {
    const { there, back, replacement } = drawn('id', id)
    expect(there.text(`/orders/ord_${id}/lines`)).toBe(`/orders/ord_${String(replacement)}/lines`)
    expect(back.text(there.text(id))).toBe(id)
    expect(there.text(id)).not.toBe(id)
  })

  test('large integers, not within longer ones', () => {
    const { there, back, replacement } = drawn('int', 281474976710)
    expect(there.number(281474976710)).toBe(replacement)
    expect(back.number(replacement as number)).toBe(281474976710)
    expect(there.text('code 281474976710.')).toBe(`code ${String(replacement)}.`)
    expect(there.text('code 2814749767101.')).toBe('code 2814749767101.')
  })

  test('fractions: their decimals, and the beginning of their digits to other bases', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (fraction) => {
        if (String(fraction).length < 18 || String(fraction).includes('e')) return
        const { there, replacement } = drawn('random', fraction)
        const surrogate = replacement as number
        expect(Math.abs(surrogate - fraction)).toBeLessThan(2 ** -20)
        expect(there.text(`{"r":${fraction}}`)).toBe(`{"r":${surrogate}}`)
        if (fraction.toString(36).length < 13) return
        expect(there.text(`x${fraction.toString(36).slice(2, 11)}.`)).toBe(`x${surrogate.toString(36).slice(2, 11)}.`)
        expect(there.number(fraction)).toBe(surrogate)
      }),
      { numRuns: 300 },
    )
  })

  test('a signature, and the two numbers of it as a JWT has them', () => {
    const r = Buffer.from(`01${randomBytes(31).toString('hex')}`, 'hex')
    const s = Buffer.from(`7f${randomBytes(31).toString('hex')}`, 'hex')
    const der = Buffer.concat([Buffer.from([0x30, 68, 2, 32]), r, Buffer.from([2, 32]), s])
    const { there, replacement } = drawn('result', der)
    const made = replacement as Uint8Array
    expect(Buffer.from(made.subarray(0, 4)).equals(der.subarray(0, 4))).toBe(true)
    const joined = Buffer.concat([made.subarray(4, 36), made.subarray(38)])
    expect(there.text(`a.b.${Buffer.concat([r, s]).toString('base64url')}`)).toBe(`a.b.${joined.toString('base64url')}`)
  })
})

test('what was not drawn stays, as the same instance', () => {
  const values = new DrawnValues(key)
  for (let run = 0; run < 5000; run++) values.add('bytes', randomBytes(16))
  const bytes = randomBytes(50_000)
  const text = randomBytes(20_000).toString('base64')
  expect(values.substitution.bytes(bytes)).toBe(bytes)
  expect(values.substitution.text(text)).toBe(text)
})

describe('more than can be remembered', () => {
  const values = new DrawnValues(key, 20_000)
  const drawnBytes = Array.from({ length: 1000 }, () => randomBytes(24))
  const uuids = Array.from({ length: 1000 }, () => randomUUID())
  for (const bytes of drawnBytes) values.add('bytes', bytes)
  for (const uuid of uuids) values.add('uuid', uuid)

  test('none is left in a text, and each has its own surrogate', () => {
    for (const bytes of drawnBytes) {
      const surrogate = Buffer.from(values.surrogateFor('bytes', bytes) as Uint8Array)
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        // By its looks alone a word without a digit is none that was drawn.
        if (!/\d/.test(bytes.toString(encoding))) continue
        expect(values.substitution.text(`{"t":"${bytes.toString(encoding)}"}`)).toBe(`{"t":"${surrogate.toString(encoding)}"}`)
      }
    }
    for (const uuid of uuids) expect(values.substitution.text(`/o/${uuid}`)).toBe(`/o/${String(values.surrogateFor('uuid', uuid))}`)
  })

  test('memory is bounded', () => {
    expect(values.generations.length).toBe(2)
    expect(values.generations.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThan(2 * 21_000)
  })

  test('words stay words', () => {
    const text = 'SELECT id, name FROM customers WHERE created_at > $1 ORDER BY id LIMIT 100'
    expect(values.substitution.text(text)).toBe(text)
  })
})
