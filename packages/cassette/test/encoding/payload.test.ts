import fc from 'fast-check'
import { deepStrictEqual } from 'node:assert'
import { Unpackr } from 'msgpackr'
import { describe, expect, it } from 'vitest'
import { Malformed } from '../../src/encoding/malformed.ts'
import { PayloadReader } from '../../src/encoding/payload-reader.ts'
import { PayloadWriter } from '../../src/encoding/payload-writer.ts'
import { RecordReader } from '../../src/records/record-reader.ts'
import { RecordWriter } from '../../src/records/record-writer.ts'
import { noBlobs } from '../../src/records/entries-record.ts'
import { fieldValue } from '../arbitrary-take.ts'

const msgpack = new Unpackr({ useRecords: false, mapsAsObjects: true })

describe('a payload', () => {
  it('is MessagePack, as another implementation reads it', () => {
    // That implementation renames __proto__, and nobody but us knows how lone surrogates are kept.
    const portable = fieldValue.filter((value) => !/__proto__|\\ud[89a-f]/.test(JSON.stringify(value)))
    fc.assert(
      fc.property(portable, (value) => {
        const out = new PayloadWriter(1)
        new RecordWriter(out, undefined).value(value)
        expect(plain(msgpack.unpack(out.copy()))).toEqual(plain(value))
      }),
    )
  })

  it('comes back exactly', () => {
    fc.assert(
      fc.property(fieldValue, (value) => {
        const out = new PayloadWriter(1)
        new RecordWriter(out, undefined).value(value)
        const reader = new PayloadReader(out.copy())
        deepStrictEqual(new RecordReader(reader, noBlobs, 0).value(), value)
        expect(reader.ended).toBe(true)
      }),
    )
  })

  it('can be passed over without being understood', () => {
    fc.assert(
      fc.property(fieldValue, fieldValue, (first, second) => {
        const out = new PayloadWriter(1)
        const record = new RecordWriter(out, undefined)
        record.value(first)
        record.value(second)
        const reader = new PayloadReader(out.copy())
        reader.skip(1)
        deepStrictEqual(new RecordReader(reader, noBlobs, 0).value(), second)
      }),
    )
  })

  it('of any bytes is a value or malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        for (const read of [
          (reader: PayloadReader) => new RecordReader(reader, noBlobs, 0).value(),
          (reader: PayloadReader) => reader.skip(1),
        ]) {
          try {
            read(new PayloadReader(Buffer.from(bytes)))
          } catch (error) {
            expect(error).toBeInstanceOf(Malformed)
          }
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('is cut off at every byte without harm', () => {
    const out = new PayloadWriter()
    new RecordWriter(out, undefined).value({
      list: [1, -5, 70_000, 1.5, 'text', new Uint8Array(300), { a: null, b: true }],
      longer: 2 ** 40,
    })
    for (let length = 0; length < out.length; length++) {
      expect(() => new RecordReader(new PayloadReader(out.copy().subarray(0, length)), noBlobs, 0).value()).toThrow(Malformed)
    }
  })

  it('has no room for a million levels', () => {
    for (const byte of [0x91, 0x81]) {
      expect(() => new RecordReader(new PayloadReader(Buffer.alloc(1_000_000, byte)), noBlobs, 0).value()).toThrow(Malformed)
    }
  })
})

/** Without the difference of Buffer and Uint8Array, and of 0 and -0, which MessagePack does not make for integers. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value]
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null) return Object.entries(value).map(([name, member]) => [name, plain(member)])
  return value
}
