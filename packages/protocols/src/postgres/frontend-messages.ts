import type { Buffer } from 'node:buffer'
import { MessageReader } from './message-reader.ts'

/** Codes of the untyped messages that open a connection, in place of a version number. */
export const cancelRequestCode = 80877102
export const sslRequestCode = 80877103
export const gssRequestCode = 80877104

/** What a client says about itself. */
export interface Startup {
  /** 0 for protocol 3.0, 2 for 3.2. */
  readonly minor: number
  readonly parameters: ReadonlyMap<string, string>
}

export interface Parse {
  readonly statement: string
  readonly sql: string
  /** Type OIDs; 0 where the server shall decide. */
  readonly types: readonly number[]
}

export interface Bind {
  readonly portal: string
  readonly statement: string
  /** Format code of each parameter: 0 text, 1 binary; expanded to one per parameter. */
  readonly formats: readonly number[]
  /** Views of the message; `null` for NULL. */
  readonly values: readonly (Buffer | null)[]
  /** As sent: none, one for all columns, or one per column. */
  readonly resultFormats: readonly number[]
}

/** What Describe and Close speak of. */
export interface Named {
  readonly kind: 'statement' | 'portal'
  readonly name: string
}

export interface Execute {
  readonly portal: string
  /** Rows at most; 0 for all. */
  readonly limit: number
}

export interface FunctionCall {
  readonly oid: number
  readonly formats: readonly number[]
  readonly values: readonly (Buffer | null)[]
  readonly resultFormat: number
}

/** Reads what follows a protocol version of 3; `undefined` when it is no StartupMessage. */
export function readStartup(message: Buffer): Startup | undefined {
  const reader = new MessageReader(message, 4)
  if (reader.uint16() !== 3) return undefined
  const minor = reader.uint16()
  const parameters = new Map<string, string>()
  while (reader.left > 1) {
    const name = reader.text()
    const value = reader.text()
    if (reader.short) return undefined
    parameters.set(name, value)
  }
  return { minor, parameters }
}

export function readQuery(message: Buffer): string | undefined {
  const reader = new MessageReader(message)
  const sql = reader.text()
  return reader.short ? undefined : sql
}

export function readParse(message: Buffer): Parse | undefined {
  const reader = new MessageReader(message)
  const statement = reader.text()
  const sql = reader.text()
  const types: number[] = []
  for (let count = reader.uint16(); count > 0 && !reader.short; count--) types.push(reader.uint32())
  return reader.short ? undefined : { statement, sql, types }
}

export function readBind(message: Buffer): Bind | undefined {
  const reader = new MessageReader(message)
  const portal = reader.text()
  const statement = reader.text()
  const given = readFormats(reader)
  const values = readValues(reader)
  const resultFormats = readFormats(reader)
  if (reader.short) return undefined
  return { portal, statement, formats: values.map((_, index) => formatAt(given, index)), values, resultFormats }
}

/** Reads Describe or Close. */
export function readNamed(message: Buffer): Named | undefined {
  const reader = new MessageReader(message)
  const kind = reader.uint8()
  const name = reader.text()
  if (reader.short) return undefined
  return { kind: kind === 0x50 ? 'portal' : 'statement', name }
}

export function readExecute(message: Buffer): Execute | undefined {
  const reader = new MessageReader(message)
  const portal = reader.text()
  const limit = reader.int32()
  return reader.short ? undefined : { portal, limit: Math.max(limit, 0) }
}

export function readFunctionCall(message: Buffer): FunctionCall | undefined {
  const reader = new MessageReader(message)
  const oid = reader.uint32()
  const given = readFormats(reader)
  const values = readValues(reader)
  const resultFormat = reader.int16()
  if (reader.short) return undefined
  return { oid, formats: values.map((_, index) => formatAt(given, index)), values, resultFormat }
}

/** Format code of one value: none given means text, one given is for all ("Bind (F)"). */
export function formatAt(formats: readonly number[], index: number): number {
  return (formats.length === 1 ? formats[0] : formats[index]) ?? 0
}

function readFormats(reader: MessageReader): number[] {
  const formats: number[] = []
  for (let count = reader.uint16(); count > 0 && !reader.short; count--) formats.push(reader.int16())
  return formats
}

function readValues(reader: MessageReader): (Buffer | null)[] {
  const values: (Buffer | null)[] = []
  for (let count = reader.uint16(); count > 0 && !reader.short; count--) values.push(reader.value())
  return values
}
