import type { Call, FieldRedactor, FieldValue, Interaction } from '@retake/core'
import { redactOpaque } from '../generic/redact.ts'
import { mediaTypeOf } from '../payload/body-fields.ts'
import { redactValue } from '../payload/redact-value.ts'
import { type KnownClean, redactedUnlessClean } from '../protocol.ts'
import { joined, rechunk } from '../rechunk.ts'
import { redactHeader, redactUrl } from './redact-header.ts'
import { redactedUnlessCleanResponse } from './redact-response.ts'
import { redactFrames } from './websocket/redact-frames.ts'

/** Rewrites what is secret in a request's fields and in the raw bytes of its response. */
export function redactHttp(interaction: Interaction, redact: FieldRedactor, clean?: KnownClean): Interaction {
  if (interaction.call.protocol !== 'http1') return redactOpaque(interaction, redact)
  const call = redactedUnlessClean(interaction.call, clean, (each) => redactCall(each, redact))
  const { outcome } = interaction
  if (outcome.kind !== 'stream' || outcome.chunks.length === 0) return { ...interaction, call }
  const method = interaction.call.fields.method
  const chunks =
    method === 'MESSAGE'
      ? rechunk(outcome.chunks, redactFrames(joined(outcome.chunks), 0, redact))
      : redactedUnlessCleanResponse(
          outcome.chunks,
          { method: typeof method === 'string' ? method : undefined, switched: outcome.meta?.switched },
          redact,
          clean,
        )
  if (call === interaction.call && chunks === outcome.chunks) return interaction
  return { ...interaction, call, outcome: chunks === outcome.chunks ? outcome : { ...outcome, chunks } }
}

/** Signatures are no part of a call's query, see `canonicalQuery`. */
const signed = /[?&]x-(?:amz|goog)-/i

function redactCall(call: Call, redact: FieldRedactor): Call {
  const { path, query, headers, body, message } = call.fields
  const changed: { [name: string]: FieldValue } = {}
  const keep = (name: string, before: FieldValue, after: FieldValue): void => {
    if (after !== before) changed[name] = after
  }
  if (typeof path === 'string') keep('path', path, redact.text(path))
  if (isRecord(query))
    keep(
      'query',
      query,
      redactMembers(query, (name, value) => redactQueryValues(name, value, redact)),
    )
  // The label says nothing that path and query do not say, except signatures; most calls have no secret in either.
  const isClean = changed.path === undefined && changed.query === undefined && !signed.test(call.label)
  const label = isClean ? call.label : redactLabel(call.label, redact)
  if (isRecord(headers)) {
    keep(
      'headers',
      headers,
      redactMembers(headers, (name, value) => (typeof value === 'string' ? redactHeader(name, value, redact) : value)),
    )
  }
  if (body !== undefined) keep('body', body, redactBody(body, isRecord(headers) ? headers['content-type'] : undefined, redact))
  if (message !== undefined) keep('message', message, redactValue(message, redact))
  return Object.keys(changed).length === 0 && label === call.label ? call : { ...call, label, fields: { ...call.fields, ...changed } }
}

/** The same object when no member changes. */
function redactMembers(
  members: { readonly [name: string]: FieldValue },
  redactMember: (name: string, value: FieldValue) => FieldValue,
): { readonly [name: string]: FieldValue } {
  const entries = Object.entries(members)
  const redacted = entries.map(([name, value]): [string, FieldValue] => [name, redactMember(name, value)])
  return redacted.every(([, value], at) => value === entries[at]?.[1]) ? members : Object.fromEntries(redacted)
}

function redactQueryValues(name: string, values: FieldValue, redact: FieldRedactor): FieldValue {
  if (!Array.isArray(values)) return values
  const redacted = values.map((value: FieldValue) => (typeof value === 'string' ? redact.named(name, value, 'query') : value))
  return redacted.every((value, at) => value === values[at]) ? values : redacted
}

function redactLabel(label: string, redact: FieldRedactor): string {
  const space = label.indexOf(' ')
  return `${label.slice(0, space + 1)}${redactUrl(label.slice(space + 1), redact)}`
}

function redactBody(body: FieldValue, contentType: FieldValue | undefined, redact: FieldRedactor): FieldValue {
  const type = mediaTypeOf(typeof contentType === 'string' ? contentType : undefined)
  if (body instanceof Uint8Array) return redact.body(body, typeof contentType === 'string' ? contentType : undefined)
  if (!Array.isArray(body)) return redactDocument(body, redact)
  if (type === 'application/x-www-form-urlencoded') return body.map((pair: FieldValue) => redactPair(pair, redact))
  if (type?.startsWith('multipart/')) return body.map((part: FieldValue) => redactPart(part, redact))
  return redactValue(body, redact)
}

/** Bookkeeping of our own (hashes, declared lengths) is no content. */
function redactDocument(body: FieldValue, redact: FieldRedactor): FieldValue {
  if (isRecord(body) && (isHash(body) || typeof body.unfinished === 'string')) return body
  return redactValue(body, redact)
}

function redactPair(pair: FieldValue, redact: FieldRedactor): FieldValue {
  if (!Array.isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'string') return pair
  return [pair[0], redact.named(pair[0], pair[1])]
}

function redactPart(part: FieldValue, redact: FieldRedactor): FieldValue {
  if (!isRecord(part)) return part
  const name = typeof part.name === 'string' ? part.name : undefined
  const content = part.content ?? null
  const filename = typeof part.filename === 'string' ? { filename: redact.text(part.filename) } : {}
  return { ...part, ...filename, content: isRecord(content) && isHash(content) ? content : redactValue(content, redact, name) }
}

function isHash(value: { readonly [name: string]: FieldValue }): boolean {
  return Object.keys(value).length === 2 && typeof value.sha256 === 'string' && typeof value.length === 'number'
}

function isRecord(value: FieldValue | undefined): value is { readonly [name: string]: FieldValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}
