import zlib from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createRedactor } from '../src/index.ts'

const key = new Uint8Array(32).fill(9)
const redactor = createRedactor({ key })
const mask = createRedactor({ substitute: () => '*' })
const document = JSON.stringify({
  user: 'ada',
  password: 'sw0rdfish',
  note: `key npm_${'aB3dE5gH7jK9mN1pQ2sT4vW6yZ8bC0fR'.padEnd(36, '1')}`,
})
const hidden = /sw0rdfish|aB3dE5gH7jK9/

describe.each([
  ['gzip', zlib.gzipSync, zlib.gunzipSync],
  ['zlib', zlib.deflateSync, zlib.inflateSync],
  ...('zstdCompressSync' in zlib
    ? [
        ['zstd', zlib['zstdCompressSync' as never], zlib['zstdDecompressSync' as never]] as [
          string,
          typeof zlib.gzipSync,
          typeof zlib.gunzipSync,
        ],
      ]
    : []),
] as const)('a body in %s that says nothing of it', (_, pack, unpack) => {
  it.each([undefined, 'application/json', 'application/octet-stream'])('of type %s is redacted inside', (type) => {
    const after = Buffer.from(redactor.body(pack(document), type))
    const text = unpack(after).toString()
    expect(text).not.toMatch(hidden)
    expect(JSON.parse(text)).toMatchObject({ user: 'ada' })
    // Nothing to do is nothing done, so what was recorded and what is live are compared alike.
    expect(redactor.body(after, type)).toBe(after)
    expect(Buffer.from(mask.body(after, type))).toEqual(Buffer.from(mask.body(pack(document), type)))
  })

  it('is read when it is packed twice, and left when it is damaged', () => {
    expect(unpack(unpack(redactor.body(pack(pack(document)), undefined))).toString()).not.toMatch(hidden)
    const damaged = pack(document).subarray(0, 40)
    expect(redactor.body(damaged, undefined)).toBe(damaged)
    const clean = pack('{"user":"ada"}')
    expect(redactor.body(clean, undefined)).toBe(clean)
  })
})

it('a bomb is not unpacked', () => {
  const bomb = zlib.gzipSync(Buffer.alloc(70 * 1024 * 1024))
  expect(redactor.body(bomb, undefined)).toBe(bomb)
})

describe('text in other encodings than UTF-8', () => {
  const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
  it.each([
    ['UTF-16 with a mark', Buffer.from(`\ufeff${document}`, 'utf16le'), undefined, (bytes: Buffer) => bytes.toString('utf16le')],
    ['UTF-16, big end first, with a mark', swapped(`\ufeff${document}`), undefined, (bytes: Buffer) => bytes.swap16().toString('utf16le')],
    [
      'UTF-16 by its charset',
      Buffer.from(document, 'utf16le'),
      'application/json; charset=utf-16',
      (bytes: Buffer) => bytes.toString('utf16le'),
    ],
    ['UTF-16 by its looks', Buffer.from(document, 'utf16le'), 'application/json', (bytes: Buffer) => bytes.toString('utf16le')],
    ['UTF-16, big end first, by its looks', swapped(document), undefined, (bytes: Buffer) => bytes.swap16().toString('utf16le')],
    [
      'ISO 8859-1',
      Buffer.from(`{"name":"Ren\xe9",${document.slice(1)}`, 'latin1'),
      'application/json',
      (bytes: Buffer) => bytes.toString('latin1'),
    ],
  ])('%s', (_, bytes, type, decode) => {
    const after = redactor.body(new Uint8Array(bytes), type)
    expect(after).toHaveLength(bytes.length)
    const text = decode(Buffer.from(after))
    expect(text).not.toMatch(hidden)
    expect(text).toContain('"user":"ada"')
    expect(redactor.body(after, type)).toBe(after)
  })

  it('bytes that are no text keep everything but keys', () => {
    const bytes = new Uint8Array([0, 1, 2, 255, ...Buffer.from(' password=sw0rdfish '), 200, 0, 0, 7])
    expect(redactor.body(bytes, undefined)).toBe(bytes)
  })
})

describe('bytes that are written as numbers', () => {
  const bytesOf = (text: string): readonly number[] => (JSON.parse(text) as { value: { data: number[] } }).value.data
  it.each([
    ['text in which something is secret', 'x', { value: Buffer.from(document) }, hidden],
    ['text under a name that tells', 'x', { token: Buffer.from('sw0rdfish42') }, /sw0rdfish42/],
    [
      'bytes under a name that tells',
      'x',
      { privateKey: Buffer.from('ff00112233445566778899aabbccddee', 'hex') },
      new RegExp(String.fromCharCode(0xff, 0, 0x11, 0x22)),
    ],
    ['a few bytes', 'x', { pin: Buffer.from([255, 254, 1]) }, new RegExp(String.fromCharCode(0xff, 0xfe, 1))],
  ])('%s', (_, _name, value, secret) => {
    const before = JSON.stringify(value)
    const text = redactor.text(before)
    const [after] = Object.values(JSON.parse(text) as { [name: string]: { type: string; data: number[] } })
    const [live] = Object.values(JSON.parse(before) as { [name: string]: { data: number[] } })
    expect(after?.type).toBe('Buffer')
    expect(after?.data).toHaveLength(live?.data.length as number)
    expect(after?.data.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256)).toBe(true)
    expect(Buffer.from(after?.data ?? []).toString('latin1')).not.toMatch(secret)
    expect(redactor.text(text)).toBe(text)
    expect(mask.text(text)).toBe(mask.text(before))
    expect(Buffer.from(redactor.body(Buffer.from(before), 'application/json')).toString()).toBe(text)
  })

  it('are left where nothing in them is secret', () => {
    const text = JSON.stringify({ value: Buffer.from('nothing to see'), other: { type: 'Buffer', data: [1, 'x', 300] } })
    expect(redactor.text(text)).toBe(text)
    expect(bytesOf(text)).toHaveLength(14)
  })
})
