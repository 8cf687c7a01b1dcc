import type { FieldValue } from '@retake/core'
import { limits } from '../encoding/format.ts'
import { Malformed } from '../encoding/malformed.ts'
import { PayloadReader } from '../encoding/payload-reader.ts'
import type { BlobReference } from './blob-reference.ts'
import { isNear, readReferences } from './blob-reference.ts'
import { extensions } from './extensions.ts'

/** Gives kept content back. */
export interface BlobSource {
  /**
   * A view of the content, and the frame that it stands in.
   * @param home Offset of the frame that the reference stands in.
   * @throws Malformed when there is none.
   */
  find(reference: BlobReference, home: number): { readonly content: Buffer; readonly frame: number }
}

/** What is read once, by where it is: by the number of a blob in the file, or by its frame and its ordinal there. */
export type SharedRecords = Map<number | string, unknown>

/** Reads the values that records are made of. Throws {@link Malformed} for everything that a writer does not write. */
export class RecordReader {
  readonly in: PayloadReader
  readonly #blobs: BlobSource
  /** Offset of the frame that the record stands in. */
  readonly #home: number
  readonly #known: SharedRecords

  /** @param known Shared records that were read before, for readers of the same file. */
  constructor(input: PayloadReader, blobs: BlobSource, home: number, known: SharedRecords = new Map()) {
    this.in = input
    this.#blobs = blobs
    this.#home = home
    this.#known = known
  }

  /** A copy that its receiver may write to: drivers do (a WebSocket is unmasked in place). */
  bytes(): Uint8Array {
    return this.in.next() === 'binary' ? new Uint8Array(this.in.binary()) : this.#copy(this.#references())
  }

  /** Bytes that nobody writes to: every reference to the same content gives the same object. */
  sharedBytes(): Uint8Array {
    if (this.in.next() === 'binary') return new Uint8Array(this.in.binary())
    const references = this.#references()
    let place = 'bytes'
    for (const reference of references) place += ` ${this.#placeOf(reference)}`
    const known = this.#known.get(place)
    if (known !== undefined) return known as Uint8Array
    const bytes = this.#copy(references)
    this.#known.set(place, bytes)
    return bytes
  }

  text(): string {
    const next = this.in.next()
    if (next === 'string') return this.in.string()
    if (next === 'extension') {
      const { type, content } = this.in.extension()
      return this.#extendedText(type, content)
    }
    return this.#join(this.#references()).toString('utf8')
  }

  optionalText(): string | undefined {
    return this.in.nil() ? undefined : this.text()
  }

  optionalNumber(): number | undefined {
    return this.in.nil() ? undefined : this.in.number()
  }

  optionalBoolean(): boolean | undefined {
    return this.in.nil() ? undefined : this.in.boolean()
  }

  /** ms */
  time(): number {
    return this.in.number() / 1000
  }

  texts(): string[] {
    return Array.from({ length: this.in.array() }, () => this.text())
  }

  optionalTexts(): string[] | undefined {
    return this.in.nil() ? undefined : this.texts()
  }

  optionalId(): string | undefined {
    if (this.in.nil()) return undefined
    return this.in.next() === 'binary' ? this.in.binary().toString('hex') : this.text()
  }

  bigint(): bigint {
    const { type, content } = this.in.extension()
    if (type !== extensions.bigint) throw new Malformed(`extension ${type} where a bigint should be`)
    return toBigint(content)
  }

  /** One of the names that stand for the numbers 0, 1, 2, … */
  choice<T>(names: readonly T[]): T {
    const ordinal = this.in.count()
    if (ordinal >= names.length) throw new Malformed(`there is no choice ${ordinal}`)
    return names[ordinal] as T
  }

  value(depth = 0): FieldValue {
    switch (this.in.next()) {
      case 'nil':
        this.in.nil()
        return null
      case 'boolean':
        return this.in.boolean()
      case 'number':
        return this.in.number()
      case 'string':
        return this.in.string()
      case 'binary':
        return this.bytes()
      case 'map':
        return this.members(depth)
      case 'array': {
        if (depth >= limits.nesting) throw new Malformed('a value is nested too deep')
        return Array.from({ length: this.in.array() }, () => this.value(depth + 1))
      }
      case 'extension': {
        const { type, content } = this.in.extension()
        if (type === extensions.blobBytes) return this.#copy(readReferences(content))
        // The types of core know neither, but what went in comes out.
        if (type === extensions.undefined) return undefined as never
        if (type === extensions.bigint) return toBigint(content) as never
        return this.#extendedText(type, content)
      }
    }
  }

  members(depth = 0): { [name: string]: FieldValue } {
    if (depth >= limits.nesting) throw new Malformed('a value is nested too deep')
    const members: { [name: string]: FieldValue } = {}
    const size = this.in.map()
    for (let ordinal = 0; ordinal < size; ordinal++) {
      const name = this.text()
      const value = this.value(depth + 1)
      // Assigning would set the prototype.
      if (name === '__proto__') Object.defineProperty(members, name, { value, configurable: true, enumerable: true, writable: true })
      else members[name] = value
    }
    return members
  }

  optionalMembers(): { [name: string]: FieldValue } | undefined {
    return this.in.nil() ? undefined : this.members()
  }

  /** Reads a record that stands in a blob of its own; every reference to it gives the same object. Always the same `read`. */
  shared<T>(read: (inner: RecordReader) => T): T {
    const reference = this.in.count()
    const place = this.#placeOf(reference)
    if (this.#known.has(place)) return this.#known.get(place) as T
    const { content, frame } = this.#blobs.find(reference, this.#home)
    const record = read(new RecordReader(new PayloadReader(content), this.#blobs, frame))
    this.#known.set(place, record)
    return record
  }

  #placeOf(reference: BlobReference): number | string {
    return isNear(reference) ? `${this.#home}:${reference}` : reference
  }

  #references(): BlobReference[] {
    return this.in.next() === 'array' ? Array.from({ length: this.in.array() }, () => this.in.count()) : [this.in.count()]
  }

  #extendedText(type: number, content: Buffer): string {
    if (type === extensions.blobText) return this.#join(readReferences(content)).toString('utf8')
    if (type === extensions.utf16 && content.length % 2 === 0) return content.toString('utf16le')
    throw new Malformed(`there is no extension ${type}`)
  }

  #copy(references: readonly BlobReference[]): Uint8Array {
    const [first] = references
    if (references.length === 1 && first !== undefined) return new Uint8Array(this.#blobs.find(first, this.#home).content)
    const joined = this.#join(references)
    return new Uint8Array(joined.buffer, joined.byteOffset, joined.length)
  }

  #join(references: readonly BlobReference[]): Buffer {
    const parts = references.map((reference) => this.#blobs.find(reference, this.#home).content)
    const [only] = parts
    if (parts.length === 1 && only !== undefined) return only
    let size = 0
    for (const part of parts) size += part.length
    // A forged record could name the same large blob a million times.
    if (size > limits.body) throw new Malformed(`a body is longer than ${limits.body} bytes`)
    const joined = Buffer.allocUnsafeSlow(size)
    let at = 0
    for (const part of parts) at += part.copy(joined, at)
    return joined
  }
}

function toBigint(digits: Buffer): bigint {
  const text = digits.toString('latin1')
  if (!/^-?\d{1,4096}$/.test(text)) throw new Malformed('a bigint has other characters than digits')
  return BigInt(text)
}
