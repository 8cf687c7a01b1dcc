import type { Call, FieldRedactor, FieldValue, Interaction } from '@retake/core'
import { redactOpaque } from '../generic/redact.ts'
import { mediaTypeOf } from '../payload/body-fields.ts'
import { redactValue } from '../payload/redact-value.ts'
import { joined, rechunk } from '../rechunk.ts'
import { redactHeader, redactUrl } from './redact-header.ts'
import { redactResponse } from './redact-response.ts'
import { redactFrames } from './websocket/redact-frames.ts'

/** Rewrites what is secret in a request's fields and in the raw bytes of its response. */
export function redactHttp(interaction: Interaction, redact: FieldRedactor): Interaction {
  if (interaction.call.protocol !== 'http1') return redactOpaque(interaction, redact)
  const call = redactCall(interaction.call, redact)
  const { outcome } = interaction
  if (outcome.kind !== 'stream' || outcome.chunks.length === 0) return { ...interaction, call }
  const method = interaction.call.fields.method
  const chunks =
    method === 'MESSAGE'
      ? rechunk(outcome.chunks, redactFrames(joined(outcome.chunks), 0, redact))
      : redactResponse(outcome.chunks, typeof method === 'string' ? method : undefined, outcome.meta?.switched, redact)
  return { ...interaction, call, outcome: { ...outcome, chunks } }
}

function redactCall(call: Call, redact: FieldRedactor): Call {
  const { path, query, headers, body, message } = call.fields
  const fields = { ...call.fields }
  if (typeof path === 'string') fields.path = redact.text(path)
  if (query !== undefined) fields.query = redactValue(query, redact)
  if (isRecord(headers)) {
    fields.headers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? redactHeader(name, value, redact) : value]),
    )
  }
  if (body !== undefined) fields.body = redactBody(body, isRecord(headers) ? headers['content-type'] : undefined, redact)
  if (message !== undefined) fields.message = redactValue(message, redact)
  const space = call.label.indexOf(' ')
  return { ...call, label: `${call.label.slice(0, space + 1)}${redactUrl(call.label.slice(space + 1), redact)}`, fields }
}

function redactBody(body: FieldValue, contentType: FieldValue | undefined, redact: FieldRedactor): FieldValue {
  const type = mediaTypeOf(typeof contentType === 'string' ? contentType : undefined)
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
  return { ...part, content: isRecord(content) && isHash(content) ? content : redactValue(content, redact, name) }
}

function isHash(value: { readonly [name: string]: FieldValue }): boolean {
  return Object.keys(value).length === 2 && typeof value.sha256 === 'string' && typeof value.length === 'number'
}

function isRecord(value: FieldValue | undefined): value is { readonly [name: string]: FieldValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}
