import { Buffer, isUtf8 } from 'node:buffer'
import type { FieldValue } from '@retake/core'
import { type CollectedBody, sha256 } from './collected-body.ts'
import { contentCodings, unpack } from './content-coding.ts'
import { headerValue } from './header-lines.ts'
import { jsonValue } from './json-value.ts'
import { boundaryOf, splitMultipart } from './multipart.ts'

/** Bytes that are neither JSON, form nor text are kept up to this length, and by hash above it. */
const opaqueLimit = 16 * 1024
/** The same for text. */
const textLimit = 256 * 1024

/** Media type in lower case, without parameters. */
export function mediaTypeOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined) return undefined
  const end = contentType.indexOf(';')
  return (end === -1 ? contentType : contentType.slice(0, end)).trim().toLowerCase()
}

/**
 * A body as a field: JSON as its value, a form as `[[name, value], …]`, multipart as parts without the boundary, text as
 * a string, anything else as bytes, or `{ sha256, length }` when large. Content coding is taken off first.
 * @returns `undefined` for an empty body.
 */
export function bodyField(
  body: CollectedBody,
  contentType: string | undefined,
  contentEncoding: string | undefined,
): FieldValue | undefined {
  if ('sha256' in body) return { sha256: body.sha256, length: body.length }
  if (body.bytes.length === 0) return undefined
  const codings = contentCodings(contentEncoding)
  const bytes = codings.length === 0 ? body.bytes : unpack(body.bytes, codings)
  return bytes === undefined ? opaque(body.bytes) : typed(bytes, contentType)
}

/** Bytes without known format: JSON or text where they are that, else bytes or a hash. */
export function opaqueField(bytes: Uint8Array): FieldValue {
  if (!readable(bytes)) return opaque(bytes)
  // A lone `1` or `true` is text until a media type says that it is JSON.
  return (bytes[0] === 123 || bytes[0] === 91 ? jsonField(bytes) : undefined) ?? textField(bytes)
}

function typed(bytes: Uint8Array, contentType: string | undefined): FieldValue {
  const type = mediaTypeOf(contentType)
  if (type === undefined) return opaqueField(bytes)
  if (type === 'application/json' || type.endsWith('+json')) return jsonField(bytes) ?? textField(bytes)
  if (type === 'application/x-www-form-urlencoded') return readable(bytes) ? pairs(utf8(bytes)) : opaque(bytes)
  if (type.startsWith('multipart/')) return multipart(bytes, contentType as string) ?? opaque(bytes)
  if (type.startsWith('text/') || type.endsWith('+xml') || textTypes.has(type)) return textField(bytes)
  return opaque(bytes)
}

const textTypes = new Set(['application/xml', 'application/graphql', 'application/x-ndjson', 'application/javascript', 'application/sql'])

function jsonField(bytes: Uint8Array): FieldValue | undefined {
  return jsonValue(utf8(bytes))?.value
}

function textField(bytes: Uint8Array): FieldValue {
  return bytes.length <= textLimit && isUtf8(bytes) ? utf8(bytes) : opaque(bytes)
}

function opaque(bytes: Uint8Array): FieldValue {
  return bytes.length <= opaqueLimit ? bytes.slice() : { sha256: sha256(bytes), length: bytes.length }
}

function multipart(bytes: Uint8Array, contentType: string): FieldValue | undefined {
  const boundary = boundaryOf(contentType)
  const parts = boundary === undefined ? undefined : splitMultipart(bytes, boundary)
  return parts?.map((part) => {
    const disposition = headerValue(part.rawHeaders, 'content-disposition') ?? ''
    const type = headerValue(part.rawHeaders, 'content-type')
    const name = parameter(disposition, 'name')
    const filename = parameter(disposition, 'filename')
    return {
      ...(name === undefined ? {} : { name }),
      ...(filename === undefined ? {} : { filename }),
      ...(type === undefined ? {} : { type }),
      content: typed(part.bytes, type),
    }
  })
}

function parameter(header: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"|;\\s*${name}=([^\\s;"]+)`, 'i').exec(header)
  const value = found?.[1] ?? found?.[2]
  return value === undefined ? undefined : Buffer.from(value, 'latin1').toString('utf8')
}

/** `a=1&b=2` as pairs, decoded, in their order. */
export function pairs(text: string): [name: string, value: string][] {
  if (text === '') return []
  return text.split('&').map((pair) => {
    const equals = pair.indexOf('=')
    return equals === -1 ? [decoded(pair), ''] : [decoded(pair.slice(0, equals)), decoded(pair.slice(equals + 1))]
  })
}

function decoded(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

function readable(bytes: Uint8Array): boolean {
  // A zero byte is valid UTF-8, but no text.
  return isUtf8(bytes) && !bytes.includes(0)
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
