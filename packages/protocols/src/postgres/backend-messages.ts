import { Buffer } from 'node:buffer'
import { Recent } from '@retake/core'
import { MessageReader } from './message-reader.ts'

/** Transaction status that ReadyForQuery tells: idle, in a transaction, in a failed one. */
export type TransactionLetter = 'I' | 'T' | 'E'

/** Codes of the types that are told apart in more than one place. */
export const backend = {
  authentication: 0x52,
  backendKeyData: 0x4b,
  bindComplete: 0x32,
  closeComplete: 0x33,
  commandComplete: 0x43,
  copyBoth: 0x57,
  copyData: 0x64,
  copyDone: 0x63,
  copyIn: 0x47,
  copyOut: 0x48,
  dataRow: 0x44,
  emptyQuery: 0x49,
  error: 0x45,
  functionResult: 0x56,
  negotiate: 0x76,
  noData: 0x6e,
  notice: 0x4e,
  notification: 0x41,
  parameterDescription: 0x74,
  parameterStatus: 0x53,
  parseComplete: 0x31,
  portalSuspended: 0x73,
  readyForQuery: 0x5a,
  rowDescription: 0x54,
} as const

/** One column of a RowDescription. */
export interface Column {
  readonly name: string
  /** OID of its type. */
  readonly type: number
  /** 0 text, 1 binary. */
  readonly format: number
}

/** Fields of ErrorResponse and NoticeResponse by their letter ("Error and Notice Message Fields"). */
export type ErrorFields = ReadonlyMap<string, string>

export const parseComplete: Buffer = message(backend.parseComplete)
export const bindComplete: Buffer = message(backend.bindComplete)
export const closeComplete: Buffer = message(backend.closeComplete)
export const noData: Buffer = message(backend.noData)
export const portalSuspended: Buffer = message(backend.portalSuspended)
export const authenticationOk: Buffer = message(backend.authentication, int32(0))

/** A message with its type and length in front. */
export function message(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(5)
  const all = Buffer.concat([head, ...parts])
  all[0] = type
  all.writeUInt32BE(all.length - 1, 1)
  return all
}

export function readyForQuery(status: TransactionLetter): Buffer {
  return message(backend.readyForQuery, Buffer.from(status, 'latin1'))
}

export function commandComplete(tag: string): Buffer {
  return message(backend.commandComplete, text(tag))
}

export function parameterStatus(name: string, value: string): Buffer {
  return message(backend.parameterStatus, text(name), text(value))
}

export function backendKeyData(process: number, secret: Uint8Array): Buffer {
  return message(backend.backendKeyData, int32(process), secret)
}

/**
 * The documentation speaks of the minor version; PostgreSQL sends the whole one (backend_startup.c, 15 to 18).
 * @param unknown Names of `_pq_.` options that the server does not know.
 */
export function negotiateProtocolVersion(minor: number, unknown: readonly string[]): Buffer {
  return message(backend.negotiate, int32(0x00030000 + minor), int32(unknown.length), ...unknown.map(text))
}

export function parameterDescription(types: readonly number[]): Buffer {
  const body = Buffer.alloc(2 + types.length * 4)
  body.writeUInt16BE(types.length, 0)
  types.forEach((type, index) => body.writeUInt32BE(type >>> 0, 2 + index * 4))
  return message(backend.parameterDescription, body)
}

/** Columns that nothing is known of but their number: text, named as PostgreSQL names what has no name. */
export function namelessColumns(count: number, formats: readonly number[]): Buffer {
  const parts: Buffer[] = [int16(count)]
  for (let index = 0; index < count; index++) {
    const format = (formats.length === 1 ? formats[0] : formats[index]) ?? 0
    parts.push(text('?column?'), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(format))
  }
  return message(backend.rowDescription, ...parts)
}

/** An error or a notice. */
export function errorMessage(type: number, fields: ErrorFields): Buffer {
  const parts: Buffer[] = []
  for (const [letter, value] of fields) parts.push(Buffer.from(letter, 'latin1'), text(value))
  return message(type, ...parts, Buffer.alloc(1))
}

export function dataRow(values: readonly (Uint8Array | null)[]): Buffer {
  const parts: Uint8Array[] = [int16(values.length)]
  for (const value of values) {
    if (value === null) parts.push(int32(-1))
    else parts.push(int32(value.length), value)
  }
  return message(backend.dataRow, ...parts)
}

export function readErrorFields(bytes: Buffer): ErrorFields {
  const reader = new MessageReader(bytes)
  const fields = new Map<string, string>()
  while (reader.left > 1) {
    const letter = reader.uint8()
    const value = reader.text()
    if (reader.short) break
    fields.set(String.fromCharCode(letter), value)
  }
  return fields
}

/** Whether the server closes the connection after this error. */
export function isFatal(error: Buffer): boolean {
  const fields = readErrorFields(error)
  const severity = fields.get('V') ?? fields.get('S')
  return severity === 'FATAL' || severity === 'PANIC'
}

/** Tag of a CommandComplete: `SELECT 3`, `INSERT 0 1`. */
export function readTag(bytes: Buffer): string {
  return new MessageReader(bytes).text()
}

/** Columns of a RowDescription; empty when it cannot be read. */
export function readColumns(bytes: Uint8Array): readonly Column[] {
  if (bytes.length > longestDescription) return columnsIn(bytes)
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  let columns = descriptions.get(key)
  if (columns === undefined) descriptions.set(key, (columns = columnsIn(bytes)))
  return columns
}

/** A description comes with every answer of a driver that does not name its statements. */
const descriptions = new Recent<string, readonly Column[]>(200)
const longestDescription = 4096

function columnsIn(bytes: Uint8Array): readonly Column[] {
  const reader = new MessageReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const columns: Column[] = []
  for (let count = reader.uint16(); count > 0; count--) {
    const name = reader.text()
    reader.bytes(6)
    const type = reader.uint32()
    reader.bytes(6)
    const format = reader.int16()
    if (reader.short) return []
    columns.push({ name, type, format })
  }
  return columns
}

/** Values of a DataRow, as views; `undefined` when it cannot be read. */
export function readRow(bytes: Buffer): readonly (Buffer | null)[] | undefined {
  const reader = new MessageReader(bytes)
  const values: (Buffer | null)[] = []
  for (let count = reader.uint16(); count > 0 && !reader.short; count--) values.push(reader.value())
  return reader.short ? undefined : values
}

/** The type OIDs of a ParameterDescription. */
export function readParameterTypes(bytes: Uint8Array): readonly number[] {
  const reader = new MessageReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const types: number[] = []
  for (let count = reader.uint16(); count > 0 && !reader.short; count--) types.push(reader.uint32())
  return types
}

/**
 * A RowDescription with other format codes: what a Describe tells depends on whether the statement or a portal was
 * described, and on the formats that the portal was bound with.
 */
export function withFormats(rowDescription: Uint8Array, formats: readonly number[]): Buffer {
  const copy = Buffer.from(rowDescription)
  const reader = new MessageReader(copy)
  const count = reader.uint16()
  for (let index = 0; index < count; index++) {
    reader.text()
    reader.bytes(16)
    const at = reader.position
    reader.int16()
    if (reader.short) break
    copy.writeInt16BE((formats.length === 1 ? formats[0] : formats[index]) ?? 0, at)
  }
  return copy
}

/** What a NotificationResponse says. */
export function readNotification(bytes: Buffer): { readonly process: number; readonly channel: string; readonly payload: string } {
  const reader = new MessageReader(bytes)
  return { process: reader.int32(), channel: reader.text(), payload: reader.text() }
}

export function notification(process: number, channel: string, payload: string): Buffer {
  return message(backend.notification, int32(process), text(channel), text(payload))
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, 'utf8')
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value & 0xffff)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value | 0)
  return bytes
}
