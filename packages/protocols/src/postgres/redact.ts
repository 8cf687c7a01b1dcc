import { Buffer, isUtf8 } from 'node:buffer'
import type { Call, Chunk, FieldRedactor, FieldValue, Interaction, Outcome } from '@retake/core'
import { type KnownClean, redactedUnlessClean } from '../protocol.ts'
import { type Column, readColumns } from './backend-messages.ts'
import { metaOf } from './descriptions.ts'
import { formatAt } from './frontend-messages.ts'
import { AnswerRedaction } from './redact-answer.ts'
import { redactBinary } from './redact-binary.ts'
import { redactDocument } from './redact-document.ts'
import { parameterNames, redactSql } from './redact-sql.ts'
import { statementText } from './sql/statement-text.ts'
import { identifierName, sqlTokens, type Token } from './sql/tokens.ts'

/** Rewrites what is secret in a statement's text and parameters, and in the rows and messages of its answer. */
export function redactInteraction(interaction: Interaction, redact: FieldRedactor, clean?: KnownClean): Interaction {
  const call = redactedUnlessClean(interaction.call, clean, (each) => redactCall(each, redact))
  const outcome = redactOutcome(interaction, redact)
  return call === interaction.call && outcome === interaction.outcome ? interaction : { ...interaction, call, outcome }
}

function redactCall(call: Call, redact: FieldRedactor): Call {
  const { sql, describe, params, types } = call.fields
  const fields: { [name: string]: FieldValue } = { ...call.fields }
  if (typeof sql === 'string') fields['sql'] = redactSql(sql, redact)
  if (typeof describe === 'string') fields['describe'] = redactSql(describe, redact)
  if (Array.isArray(params))
    fields['params'] = redactParameters(
      params as readonly FieldValue[],
      Array.isArray(types) ? types : [],
      typeof sql === 'string' ? sql : '',
      redact,
    )
  const changed = fields['sql'] !== sql || fields['describe'] !== describe || fields['params'] !== params
  if (!changed) return call
  const text = fields['sql'] ?? fields['describe']
  const label = typeof text !== 'string' ? call.label : `${typeof describe === 'string' ? 'describe ' : ''}${statementText(text).label}`
  return { ...call, fields, label }
}

function redactParameters(
  params: readonly FieldValue[],
  types: readonly number[],
  sql: string,
  redact: FieldRedactor,
): readonly FieldValue[] {
  const names = parameterNames(sql)
  let changed = false
  const redacted = params.map((value, index) => {
    const name = names.get(index + 1)
    if (value instanceof Uint8Array) {
      const bytes = Buffer.from(value.buffer, value.byteOffset, value.length)
      const parameter = { redact, name, text: (part: Buffer) => redactText(part, name, redact) }
      const other = redactBinary(bytes, types[index] ?? 0, parameter)
      if (other === bytes) return value
      changed = true
      return other
    }
    if (typeof value !== 'string') return value
    const named = name === undefined ? value : redact.named(name, value, 'column')
    const other = named === value ? redactDocument(value, redact) : named
    if (other !== value) changed = true
    return other
  })
  return changed ? redacted : params
}

function redactText(value: Buffer, name: string | undefined, redact: FieldRedactor): Uint8Array {
  if (!isUtf8(value)) return redact.body(value, undefined)
  const text = value.toString('utf8')
  const named = name === undefined ? text : redact.named(name, text, 'column')
  const redacted = named === text ? redactDocument(text, redact) : named
  return redacted === text ? value : Buffer.from(redacted, 'utf8')
}

function redactOutcome(interaction: Interaction, redact: FieldRedactor): Outcome {
  const { outcome, call } = interaction
  if (outcome.kind !== 'stream' || outcome.chunks.length === 0) return outcome
  const { sql } = call.fields
  const answer = new AnswerRedaction(redact, columnsOf(interaction), typeof sql === 'string' ? copyColumns(sql) : undefined)
  let changed = false
  const chunks = outcome.chunks.map((chunk): Chunk => {
    const bytes = answer.chunk(chunk.bytes)
    if (bytes === chunk.bytes) return chunk
    changed = true
    return { ...chunk, bytes }
  })
  return changed ? { ...outcome, chunks } : outcome
}

/** Columns as the rows have them: a description of the statement does not know the formats that its portal asked for. */
function columnsOf(interaction: Interaction): readonly Column[] {
  const columns = metaOf(interaction)?.['columns']
  if (!(columns instanceof Uint8Array)) return []
  const { format } = interaction.call.fields
  const formats = format === 'binary' ? [1] : Array.isArray(format) ? (format as readonly number[]) : []
  const described = readColumns(columns)
  if (described.every((column, index) => column.format === formatAt(formats, index))) return described
  return described.map(({ name, type }, index) => ({ name, type, format: formatAt(formats, index) }))
}

/** `COPY orders (id, email) TO STDOUT` in the default format. */
function copyColumns(sql: string): readonly string[] | undefined {
  // Most statements are none: no token is looked at.
  if (!/copy/i.test(sql)) return undefined
  const tokens = sqlTokens(sql).filter(({ kind }) => kind !== 'comment')
  if (tokens[0]?.text !== 'copy') return undefined
  const open = tokens.findIndex(({ text }) => text === '(')
  const close = tokens.findIndex(({ text }) => text === ')')
  const to = tokens.findIndex(({ kind, text }) => kind === 'word' && text === 'to')
  // With options the format may be another; `COPY (query) TO` has no list.
  if (open < 2 || close < open || to !== close + 1 || tokens.length > to + 3) return undefined
  return tokens
    .slice(open + 1, close)
    .filter(({ kind }) => kind === 'word' || kind === 'identifier')
    .map((token: Token) => identifierName(token))
}
