import type { FieldValue } from '@retake/core'
import { limits } from '../encoding/format.ts'
import { PayloadWriter } from '../encoding/payload-writer.ts'
import type { BlobReference } from './blob-reference.ts'
import { encodeReferences, isNear } from './blob-reference.ts'
import { extensions } from './extensions.ts'

/** Keeps content once. */
export interface BlobSink {
  /** Where this content is kept; the bytes are copied. */
  keep(content: Uint8Array): readonly BlobReference[]
  /**
   * Where a record is kept, in one piece.
   * @param refersNear It has near references, so that equal bytes mean the same only within one frame.
   */
  keepRecord(content: Uint8Array, refersNear: boolean): BlobReference
}

/** Bytes and texts up to this size are written in place: a reference would not be smaller. */
const inPlace = 24
const textInPlace = 64

/** Writes the values that records are made of. */
export class RecordWriter {
  readonly out: PayloadWriter
  readonly blobs: BlobSink
  /** Whether a near reference was written since it was last set to `false`. */
  wroteNear = false

  readonly #inPlace: boolean
  readonly #repeated: WeakMap<object, Buffer> = new WeakMap()

  /** @param blobs `undefined`: everything is written in place, so that the record can be read without another frame. */
  constructor(out: PayloadWriter, blobs: BlobSink | undefined) {
    this.out = out
    this.blobs = blobs ?? nowhere
    this.#inPlace = blobs === undefined
  }

  bytes(value: Uint8Array): void {
    if (this.#inPlace || value.length <= inPlace) this.out.binary(value)
    else this.#references(this.blobs.keep(value))
  }

  text(value: string): void {
    if (!value.isWellFormed()) this.#utf16(value)
    else if (this.#inPlace || value.length <= textInPlace) this.out.string(value)
    else this.#references(this.blobs.keep(Buffer.from(value)))
  }

  optionalText(value: string | undefined): void {
    if (value === undefined) this.out.nil()
    else this.text(value)
  }

  optionalNumber(value: number | undefined): void {
    if (value === undefined) this.out.nil()
    else this.out.number(value)
  }

  optionalBoolean(value: boolean | undefined): void {
    if (value === undefined) this.out.nil()
    else this.out.boolean(value)
  }

  /** ms, kept to the microsecond: the digits below say nothing about the app and do not compress. */
  time(ms: number): void {
    this.out.number(Math.round(ms * 1000))
  }

  texts(values: readonly string[]): void {
    this.out.array(values.length)
    for (const value of values) this.text(value)
  }

  optionalTexts(values: readonly string[] | undefined): void {
    if (values === undefined) this.out.nil()
    else this.texts(values)
  }

  /** A trace or span id: half the size when it is what W3C Trace Context says, lower-case hexadecimal. */
  optionalId(value: string | undefined): void {
    if (value !== undefined && value.length % 2 === 0 && /^[0-9a-f]{2,64}$/.test(value)) this.out.binary(Buffer.from(value, 'hex'))
    else this.optionalText(value)
  }

  bigint(value: bigint): void {
    const digits = Buffer.from(String(value), 'latin1')
    this.out.extension(extensions.bigint, digits.length)
    this.out.raw(digits)
  }

  /**
   * A structured value, exactly: -0, NaN, lone surrogates, bigint and undefined too.
   * @throws TypeError with the reason when it is nothing that a cassette can hold.
   */
  value(value: unknown, depth = 0): void {
    const { out } = this
    switch (typeof value) {
      case 'string':
        return this.#textValue(value)
      case 'number':
        return out.number(value)
      case 'boolean':
        return out.boolean(value)
      case 'bigint':
        return this.bigint(value)
      case 'undefined':
        out.extension(extensions.undefined, 1)
        return out.raw(Uint8Array.of(0))
      case 'object':
        break
      default:
        throw new TypeError(`a ${typeof value} cannot be stored`)
    }
    if (value === null) return out.nil()
    if (value instanceof Uint8Array) return this.#bytesValue(value)
    if (depth >= limits.nesting) throw new TypeError(`a value is nested deeper than ${limits.nesting} levels`)
    if (Array.isArray(value)) {
      out.array(value.length)
      for (let index = 0; index < value.length; index++) this.value(value[index], depth + 1)
      return
    }
    const prototype: unknown = Object.getPrototypeOf(value)
    // Plain objects of another realm (Jest, node:vm) have another Object.prototype, which itself has none.
    if (prototype !== null && prototype !== Object.prototype && Object.getPrototypeOf(prototype) !== null) {
      throw new TypeError(`a ${(prototype as { constructor?: { name?: string } }).constructor?.name ?? 'class instance'} cannot be stored`)
    }
    this.members(value as { readonly [name: string]: FieldValue }, depth)
  }

  /** The members of a plain object. */
  members(value: { readonly [name: string]: FieldValue }, depth = 0): void {
    const names = Object.keys(value)
    this.out.map(names.length)
    for (const name of names) {
      this.#textValue(name)
      this.value(value[name], depth + 1)
    }
  }

  optionalMembers(value: { readonly [name: string]: FieldValue } | undefined): void {
    if (value === undefined) this.out.nil()
    else this.members(value)
  }

  /**
   * What `write` writes of an object that may come again as the same one: then its bytes are known already, unless they refer
   * to something near, whose reference will be another one.
   * @param subject Does not change any more.
   */
  repeated<Subject extends object>(subject: Subject, write: (record: RecordWriter, subject: Subject) => void): void {
    const known = this.#repeated.get(subject)
    if (known !== undefined) return this.out.raw(known)
    const start = this.out.length
    const wroteNear = this.wroteNear
    this.wroteNear = false
    write(this, subject)
    if (!this.wroteNear) this.#repeated.set(subject, this.out.copy(start))
    this.wroteNear ||= wroteNear
  }

  /** What `write` writes, as a blob of its own: a record that many others share. */
  shared(write: (inner: RecordWriter) => void): void {
    const inner = new RecordWriter(sharedScratch, this.blobs)
    const start = sharedScratch.length
    try {
      write(inner)
      this.#references([this.blobs.keepRecord(sharedScratch.view(start), inner.wroteNear)])
    } finally {
      sharedScratch.truncate(start)
    }
  }

  /** Where bytes or a text stand by the schema: one number, or several whose blobs follow each other. */
  #references(references: readonly BlobReference[]): void {
    this.#noteNear(references)
    if (references.length > 1) this.out.array(references.length)
    for (const reference of references) this.out.number(reference)
  }

  /** Where anything may stand, a number would be taken for itself. */
  #referencesValue(type: number, references: readonly BlobReference[]): void {
    this.#noteNear(references)
    const encoded = encodeReferences(references)
    this.out.extension(type, encoded.length)
    this.out.raw(encoded)
  }

  #bytesValue(value: Uint8Array): void {
    if (this.#inPlace || value.length <= inPlace) this.out.binary(value)
    else this.#referencesValue(extensions.blobBytes, this.blobs.keep(value))
  }

  #textValue(value: string): void {
    if (!value.isWellFormed()) this.#utf16(value)
    else if (this.#inPlace || value.length <= textInPlace) this.out.string(value)
    else this.#referencesValue(extensions.blobText, this.blobs.keep(Buffer.from(value)))
  }

  #utf16(value: string): void {
    const utf16 = Buffer.from(value, 'utf16le')
    this.out.extension(extensions.utf16, utf16.length)
    this.out.raw(utf16)
  }

  #noteNear(references: readonly BlobReference[]): void {
    if (references.some(isNear)) this.wroteNear = true
  }
}

const nowhere: BlobSink = {
  keep: () => {
    throw new RangeError('this record has no place for blobs')
  },
  keepRecord: () => {
    throw new RangeError('this record has no place for blobs')
  },
}

const sharedScratch = new PayloadWriter()
