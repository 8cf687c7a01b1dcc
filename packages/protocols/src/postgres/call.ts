import { Buffer, isUtf8 } from 'node:buffer'
import type { Call, FieldValue } from '@retake/core'
import type { FunctionCall } from './frontend-messages.ts'
import type { BoundPortal } from './prepared.ts'
import { statementText } from './sql/statement-text.ts'

/** Name of this folder, and of its calls. */
export const protocolName = 'postgres'

/**
 * What a client sent in a `COPY … FROM STDIN`, whatever the pieces: how many bytes, and their SHA-256 in hexadecimal.
 * `failed`: the client broke it off with this message. `'refused'`: the server did not want to hear the end of it.
 */
export type CopiedData = { readonly bytes: number; readonly sha256: string; readonly failed?: string } | 'refused'

type Fields = { readonly [name: string]: FieldValue }

/** A text of one or more statements (Query). */
export function queryCall(target: string, sql: string, copy?: CopiedData): Call {
  const text = statementText(sql)
  return call(target, text.label, text.effect, { sql: text.sql, ...(copy === undefined ? {} : { copy }) })
}

/**
 * One execution of a prepared statement (Parse, Bind, Execute).
 * @param part Which Execute of the portal, from 0; further ones fetch further rows.
 */
export function executeCall(target: string, portal: BoundPortal, part: number, copy?: CopiedData): Call {
  const { statement, values, resultFormats } = portal
  const text = statementText(statement.sql)
  const types = givenTypes(statement.types)
  const format = canonicalFormat(resultFormats)
  return call(target, text.label, text.effect, {
    ...(statement.known ? { sql: text.sql } : { prepared: statement.name }),
    params: values.map((value, index) => parameterField(value, portal.formats[index] ?? 0)),
    ...(types === undefined ? {} : { types }),
    ...(format === undefined ? {} : { format }),
    ...(part === 0 ? {} : { part }),
    ...(copy === undefined ? {} : { copy }),
  })
}

/** Asking what a statement takes and gives, before there are parameters. Only failures of it are calls by themselves. */
export function describeCall(target: string, statement: { readonly sql: string; readonly types: readonly number[] }): Call {
  const text = statementText(statement.sql)
  const types = givenTypes(statement.types)
  return call(target, `describe ${text.label}`, 'session', { describe: text.sql, ...(types === undefined ? {} : { types }) })
}

/** A start-up that the server refused. */
export function startupCall(target: string, user: string, database: string): Call {
  return call(target, `connect as ${user} to ${database}`, 'session', { startup: { user, database } })
}

/** A notification that arrived for a LISTEN. */
export function notificationCall(target: string, channel: string): Call {
  return call(target, `notification on ${channel}`, 'session', { notification: channel })
}

/** The fast-path interface (FunctionCall); what the function does is not known, so it counts as a write. */
export function functionCall(target: string, asked: FunctionCall): Call {
  return call(target, `function ${asked.oid}`, 'write', {
    function: asked.oid,
    params: asked.values.map((value, index) => parameterField(value, asked.formats[index] ?? 0)),
    ...(asked.resultFormat === 0 ? {} : { format: 'binary' }),
  })
}

/** What decides equality: the fields, with the bookkeeping of tracers and libraries taken out of the text. */
export function matchFields({ fields }: Call): Fields {
  const { sql, describe } = fields
  return {
    ...fields,
    ...(typeof sql === 'string' ? { sql: statementText(sql).canonical } : {}),
    ...(typeof describe === 'string' ? { describe: statementText(describe).canonical } : {}),
  }
}

/** The OIDs that a client gave, where it gave any: zeros leave the choice to the server, as giving none does. */
export function givenTypes(types: readonly number[]): readonly number[] | undefined {
  const last = types.findLastIndex((type) => type !== 0)
  return last === -1 ? undefined : types.slice(0, last + 1)
}

/** `undefined` for text, which is the default; one word when all columns have one format. */
function canonicalFormat(formats: readonly number[]): FieldValue | undefined {
  if (formats.every((format) => format === 0)) return undefined
  return formats.every((format) => format === 1) ? 'binary' : [...formats]
}

function parameterField(value: Buffer | null, format: number): FieldValue {
  if (value === null) return null
  // Text that is no UTF-8 has another client_encoding: the bytes are the value.
  return format === 0 && isUtf8(value) ? value.toString('utf8') : Buffer.from(value)
}

function call(target: string, label: string, effect: Call['effect'], fields: Fields): Call {
  return { protocol: protocolName, target, label, effect, fields }
}
