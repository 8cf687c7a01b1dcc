import { Buffer, isUtf8 } from 'node:buffer'
import type { FieldRedactor } from '@retake/core'
import {
  backend,
  type Column,
  dataRow,
  errorMessage,
  message,
  notification,
  readColumns,
  readErrorFields,
  readNotification,
  readRow,
} from './backend-messages.ts'
import { visitWhole } from './codec.ts'
import { redactBinary } from './redact-binary.ts'
import { redactDocument } from './redact-document.ts'

const jsonType = 114
const jsonbType = 3802
const byteaType = 17
/** Types whose text is more than a text. */
const ofTheirOwn: ReadonlySet<number> = new Set([jsonType, jsonbType, byteaType])

/** Takes secrets out of the messages of one answer, from its first chunk to its last. */
export class AnswerRedaction {
  readonly #redact: FieldRedactor
  #columns: readonly Column[]
  readonly #copyColumns: readonly string[] | undefined
  #copyIsText = true

  /**
   * @param columns Of an answer whose chunks do not tell them.
   * @param copyColumns Of a COPY in text format, where the statement names them.
   */
  constructor(redact: FieldRedactor, columns: readonly Column[], copyColumns: readonly string[] | undefined) {
    this.#redact = redact
    this.#columns = columns
    this.#copyColumns = copyColumns
  }

  /** @returns The same bytes when nothing in them is secret. */
  chunk(bytes: Uint8Array): Uint8Array {
    const messages: Buffer[] = []
    let changed = false
    visitWhole(bytes, (message) => {
      const original = message.bytes
      const redacted = this.#message(message.type, original)
      if (redacted !== original) changed = true
      messages.push(redacted)
    })
    return changed ? Buffer.concat(messages) : bytes
  }

  #message(type: number, original: Buffer): Buffer {
    switch (type) {
      case backend.rowDescription:
        this.#columns = readColumns(original)
        return original
      case backend.dataRow:
        return this.#row(original)
      case backend.error:
      case backend.notice:
        return this.#error(type, original)
      case backend.notification: {
        const { process, channel, payload } = readNotification(original)
        const redacted = this.#redact.text(payload)
        return redacted === payload ? original : notification(process, channel, redacted)
      }
      case backend.copyOut:
        this.#copyIsText = original[5] === 0
        return original
      case backend.copyData:
        return this.#copyIsText ? this.#copied(original) : original
      default:
        return original
    }
  }

  /** Values are looked at in their place: answers have many, and hardly any is replaced. */
  #row(original: Buffer): Buffer {
    let replaced: Map<number, Uint8Array> | undefined
    const count = original.length < 7 ? 0 : original.readUInt16BE(5)
    let at = 7
    for (let index = 0; index < count; index++) {
      if (at + 4 > original.length) return original
      const size = original.readInt32BE(at)
      at += 4
      if (size === -1) continue
      const end = at + size
      if (size < 0 || end > original.length) return original
      const other = this.#field(original, at, end, this.#columns[index])
      if (other !== undefined) (replaced ??= new Map()).set(index, other)
      at = end
    }
    if (replaced === undefined) return original
    const values = readRow(original) ?? []
    return dataRow(values.map((value, index) => replaced.get(index) ?? value))
  }

  /** @returns `undefined` when nothing is secret. */
  #field(row: Buffer, from: number, to: number, column: Column | undefined): Uint8Array | undefined {
    if (column?.format === 0 && !ofTheirOwn.has(column.type)) {
      const text = row.toString('utf8', from, to)
      // With such a character in it the bytes may be no UTF-8.
      if (!text.includes('\ufffd')) {
        const named = this.#redact.named(column.name, text, 'column')
        return named === text ? undefined : Buffer.from(named, 'utf8')
      }
    }
    const value = row.subarray(from, to)
    const other = this.#value(value, column)
    return other === value ? undefined : other
  }

  #value(value: Buffer, column: Column | undefined): Uint8Array {
    const type = column?.type ?? 25
    if (column?.format === 1)
      return redactBinary(value, type, { redact: this.#redact, name: column.name, text: (part) => this.#text(part, column, type) })
    return this.#text(value, column, type)
  }

  #text(value: Buffer, column: Column | undefined, type: number): Uint8Array {
    const text = utf8(value)
    if (text === undefined) return value
    if (column !== undefined) {
      const named = this.#redact.named(column.name, text, 'column')
      if (named !== text) return Buffer.from(named, 'utf8')
    }
    if (type === jsonType || type === jsonbType) return this.#redact.body(value, 'application/json')
    if (column?.format === 0 && type === byteaType && text.startsWith('\\x')) return this.#hexadecimal(value, text)
    const other = column === undefined ? this.#redact.text(text) : text
    return other === text ? value : Buffer.from(other, 'utf8')
  }

  /** bytea as text, `\x…`: tokens of known shapes and documents within the bytes. */
  #hexadecimal(value: Buffer, text: string): Uint8Array {
    const bytes = Buffer.from(text.slice(2), 'hex')
    const redacted = this.#redact.body(bytes, undefined)
    return redacted === bytes ? value : Buffer.from(`\\x${Buffer.from(redacted).toString('hex')}`)
  }

  #error(type: number, original: Buffer): Buffer {
    const fields = readErrorFields(original)
    let changed = false
    const redacted = new Map<string, string>()
    for (const [letter, value] of fields) {
      // Message, detail, hint, context and the internal query may quote values; the rest are names and numbers.
      const other = 'MDHWq'.includes(letter) ? this.#redact.text(this.#key(value)) : value
      if (other !== value) changed = true
      redacted.set(letter, other)
    }
    return changed ? errorMessage(type, redacted) : original
  }

  /** `Key (email)=(a@b.c) already exists.` */
  #key(text: string): string {
    return text.replace(/\(([^()]+)\)=\((.*)\)/, (whole, names: string, values: string) => {
      const columns = names.split(', ')
      const parts = columns.length === 1 ? [values] : values.split(', ')
      if (parts.length !== columns.length) return whole
      return `(${names})=(${parts.map((value, index) => this.#redact.named(columns[index] ?? '', value, 'column')).join(', ')})`
    })
  }

  #copied(original: Buffer): Buffer {
    const payload = original.subarray(5)
    const text = utf8(payload)
    if (text === undefined) return original
    const redacted = this.#copyColumns === undefined ? this.#redact.text(text) : this.#copiedRow(text, this.#copyColumns)
    return redacted === text ? original : message(backend.copyData, Buffer.from(redacted, 'utf8'))
  }

  #copiedValue(given: string, column: string): string {
    const value = unescaped(given)
    const named = this.#redact.named(column, value, 'column')
    const redacted = named === value ? redactDocument(value, this.#redact) : named
    return redacted === value ? given : escaped(redacted)
  }

  /** One line of the text format: values between tabs, `\N` for NULL. */
  #copiedRow(line: string, columns: readonly string[]): string {
    const end = line.endsWith('\n') ? '\n' : ''
    const values = line.slice(0, line.length - end.length).split('\t')
    if (values.length !== columns.length) return this.#redact.text(line)
    return values.map((value, index) => (value === '\\N' ? value : this.#copiedValue(value, columns[index] ?? ''))).join('\t') + end
  }
}

/** What backslashes stand for in the text format of COPY. */
const escapes: { readonly [letter: string]: string } = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

function unescaped(value: string): string {
  return value.replace(/\\([\s\S])/g, (_, letter: string) => escapes[letter] ?? letter)
}

function escaped(value: string): string {
  return value.replace(/[\\\b\f\n\r\t\v]/g, (character) => {
    const letter = Object.keys(escapes).find((name) => escapes[name] === character)
    return `\\${letter ?? character}`
  })
}

/** `undefined` for bytes that are no UTF-8: the client may have asked for another encoding. */
function utf8(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}
