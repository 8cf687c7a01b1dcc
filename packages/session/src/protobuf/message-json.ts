import { Buffer } from 'node:buffer'
import type { FieldSchema, MessageSchema } from './schema.ts'
import { packedVarints, type WireField, wireFields } from './wire.ts'

/** Messages in messages: deeper than this they are bytes. */
const deepest = 100

/** What was read of a message, and how much of it the schema does not know. */
export interface ReadMessage {
  /** As JSON; a field that the schema does not know is `#<number>`, its bytes in hexadecimal digits. */
  readonly json: string
  readonly unknown: number
}

/** @returns `undefined` for bytes that are no such message. */
export function messageJson(bytes: Uint8Array, schema: MessageSchema): ReadMessage | undefined {
  const reader = new MessageReader()
  const json = reader.message(bytes, schema, 0)
  return json === undefined ? undefined : { json, unknown: reader.unknown }
}

class MessageReader {
  unknown = 0

  message(bytes: Uint8Array, schema: MessageSchema, depth: number): string | undefined {
    const fields = depth > deepest ? undefined : wireFields(bytes)
    if (fields === undefined) return undefined
    const members = new Map<string, { readonly values: string[]; readonly field: FieldSchema | undefined }>()
    for (const wire of fields) {
      const field = schema.field(wire.id)
      const read = field === undefined ? undefined : this.#values(wire, field, depth)
      if (read === undefined) this.unknown++
      const name = read === undefined ? `#${wire.id}` : (field as FieldSchema).name
      const values = read ?? [quoted(hexOf(bytes.subarray(wire.start, wire.end)))]
      const member = members.get(name)
      if (member === undefined) members.set(name, { values: [...values], field: read === undefined ? undefined : field })
      else member.values.push(...values)
    }
    return `{${[...members].map(([name, member]) => `${quoted(name)}:${memberJson(member)}`).join(',')}}`
  }

  #values(wire: WireField, field: FieldSchema, depth: number): readonly string[] | undefined {
    if (field.message !== undefined) {
      const inner = wire.wire === 2 ? this.message(wire.bytes, field.message, depth + 1) : undefined
      return inner === undefined ? undefined : [inner]
    }
    if (wire.wire === 2 && field.type === 'string') return [quoted(Buffer.from(wire.bytes).toString('utf8'))]
    if (wire.wire === 2 && field.type === 'bytes') return [quoted(Buffer.from(wire.bytes).toString('base64'))]
    const width = fixedWidth(field.type)
    if (wire.wire === 2) {
      if (!field.isRepeated || field.type === 'string' || field.type === 'bytes') return undefined
      if (width === undefined) return packedVarints(wire.bytes)?.map((value) => numberJson(value, field))
      if (wire.bytes.length % width !== 0) return undefined
      return Array.from({ length: wire.bytes.length / width }, (_, at) =>
        fixedJson(wire.bytes.subarray(at * width, (at + 1) * width), field.type),
      )
    }
    if (wire.wire === 0)
      return width === undefined && field.type !== 'string' && field.type !== 'bytes' ? [numberJson(wire.varint, field)] : undefined
    return width === wire.bytes.length ? [fixedJson(wire.bytes, field.type)] : undefined
  }
}

/** Entries of a map are its members: their order says nothing. Of a single field that comes twice the last one counts. */
function memberJson({ values, field }: { readonly values: readonly string[]; readonly field: FieldSchema | undefined }): string {
  if (field?.isMap === true) {
    const entries = values.map((entry) => JSON.parse(entry) as { readonly key?: string | number | boolean })
    const texts = values.map((entry, at) => `${quoted(String(entries[at]?.key ?? ''))}:${valueOf(entry)}`)
    return `{${texts.join(',')}}`
  }
  return field?.isRepeated === true || (field === undefined && values.length > 1) ? `[${values.join(',')}]` : (values.at(-1) ?? 'null')
}

/** The text of an entry's value: parsing and writing it would round its numbers. */
function valueOf(entry: string): string {
  const value = /^\{(?:"key":(?:"(?:[^"\\]|\\.)*"|[^,}]*),?)?(?:"value":([^]*))?\}$/.exec(entry)?.[1]
  return value ?? 'null'
}

function numberJson(value: bigint, { type, names }: FieldSchema): string {
  switch (type) {
    case 'bool':
      return String(value !== 0n)
    case 'sint32':
    case 'sint64':
      return String((value >> 1n) ^ -(value & 1n))
    case 'int32':
    case 'int64':
      return String(BigInt.asIntN(64, value))
    case 'enum': {
      const number = Number(BigInt.asIntN(64, value))
      const name = names?.get(number)
      return name === undefined ? String(number) : quoted(name)
    }
    default:
      return String(value)
  }
}

/** Bytes of a type of fixed width. */
function fixedWidth(type: string): 4 | 8 | undefined {
  if (type === 'fixed32' || type === 'sfixed32' || type === 'float') return 4
  return type === 'fixed64' || type === 'sfixed64' || type === 'double' ? 8 : undefined
}

function fixedJson(bytes: Uint8Array, type: string): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  switch (type) {
    case 'float':
    case 'double': {
      const number = type === 'float' ? Number(view.getFloat32(0, true).toPrecision(8)) : view.getFloat64(0, true)
      return Number.isFinite(number) ? JSON.stringify(number) : quoted(String(number))
    }
    case 'fixed32':
      return String(view.getUint32(0, true))
    case 'sfixed32':
      return String(view.getInt32(0, true))
    case 'fixed64':
      return String(view.getBigUint64(0, true))
    default:
      return String(view.getBigInt64(0, true))
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
