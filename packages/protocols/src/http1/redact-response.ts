import { Buffer } from 'node:buffer'
import type { Chunk, FieldRedactor } from '@retake/core'
import { contentCodings, pack, unpack, unpackTruncated } from '../payload/content-coding.ts'
import { headerValue } from '../payload/header-lines.ts'
import type { KnownClean } from '../protocol.ts'
import { joined, offsetMap, type Piece, proportionalMap, rechunk } from '../rechunk.ts'
import { MessageReader } from './codec.ts'
import { parseResponseHead, type ResponseHead } from './head.ts'
import { redactHeader } from './redact-header.ts'
import { bodyRule, isInformational } from './semantics.ts'
import { redactFrames } from './websocket/redact-frames.ts'

/** Where the parts of one response are in its bytes. */
interface Layout {
  readonly heads: { readonly start: number; readonly end: number }[]
  final: ResponseHead | undefined
  /** Stretches of the body; between them is framing. */
  readonly data: { readonly start: number; readonly end: number }[]
  complete: boolean
  /** Where the response ends and other bytes begin. */
  end: number
}

/**
 * Rewrites what is secret in the raw bytes of a response: headers, body, trailers. Chunks stay as many as they were; a
 * body in which nothing is secret keeps its exact bytes.
 */
export function redactResponse(
  chunks: readonly Chunk[],
  method: string | undefined,
  switched: unknown,
  redact: FieldRedactor,
): readonly Chunk[] {
  if (chunks.length === 0) return chunks
  const whole = joined(chunks)
  const layout = readLayout(whole, method)
  const body = redactedBody(whole, layout, redact)
  const pieces = [...headPieces(whole, layout, body, redact), ...bodyPieces(whole, layout, body, redact)]
  if (layout.end < whole.length) {
    const rest = whole.subarray(layout.end)
    if (switched === 'websocket') pieces.push(...redactFrames(rest, layout.end, redact))
    else pieces.push({ start: layout.end, end: whole.length, bytes: redact.body(rest, undefined) })
  }
  return pieces.every((piece) => isView(piece, whole)) ? chunks : rechunk(chunks, pieces)
}

/** Bytes of an answer that is worth remembering. */
const longest = 4096

/** {@link redactResponse}, unless it is known that nothing in the answer is secret. */
export function redactedUnlessCleanResponse(
  chunks: readonly Chunk[],
  { method, switched }: { readonly method: string | undefined; readonly switched: unknown },
  redact: FieldRedactor,
  clean: KnownClean | undefined,
): readonly Chunk[] {
  let length = 0
  for (const { bytes } of chunks) length += bytes.length
  if (clean === undefined || switched !== undefined || length > longest) return redactResponse(chunks, method, switched, redact)
  const whole = joined(chunks)
  const text = Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength).toString('latin1')
  const key = `${method} ${text}`
  if (clean.answers.get(key) === true) return chunks
  const redacted = redactResponse(chunks, method, switched, redact)
  // What is packed may hold what this redactor looks for only from now on (see `withSubstitution`).
  if (redacted === chunks && !/^content-encoding/im.test(text)) clean.answers.set(key, true)
  return redacted
}

/** The piece still is what stood there. */
function isView(piece: Piece, whole: Uint8Array): boolean {
  const { bytes } = piece
  return bytes.buffer === whole.buffer && bytes.byteOffset === whole.byteOffset + piece.start && bytes.length === piece.end - piece.start
}

function readLayout(whole: Uint8Array, method: string | undefined): Layout {
  const layout: Layout = { heads: [], final: undefined, data: [], complete: false, end: whole.length }
  let start = 0
  const reader = new MessageReader<ResponseHead>('response', parseResponseHead, {
    head: (head, end) => {
      layout.heads.push({ start, end })
      start = end
      if (isInformational(head)) return 'again'
      layout.final = head
      return bodyRule(head, method)
    },
    data: (bytes) => {
      const at = bytes.byteOffset - whole.byteOffset
      if (bytes.length > 0) layout.data.push({ start: at, end: at + bytes.length })
    },
  })
  let at = 0
  while (at < whole.length && !reader.done && reader.unreadable === undefined) at = reader.feed(whole, at)
  layout.complete = reader.finish()
  // What cannot be read as HTTP is looked at as text, from the last head on.
  layout.end =
    reader.unreadable === undefined && (layout.final !== undefined || at < whole.length) ? at : (layout.data.at(-1)?.end ?? start)
  return layout
}

interface RedactedBody {
  readonly bytes: Uint8Array
  readonly lengthBefore: number
  readonly map: (offset: number) => number
}

/** @returns `undefined` when nothing is secret. */
function redactedBody(whole: Uint8Array, layout: Layout, redact: FieldRedactor): RedactedBody | undefined {
  if (layout.final === undefined || layout.data.length === 0) return undefined
  const before = Buffer.concat(layout.data.map(({ start, end }) => whole.subarray(start, end)))
  const { rawHeaders } = layout.final
  const codings = contentCodings(headerValue(rawHeaders, 'content-encoding'))
  const plain = codings.length === 0 ? before : layout.complete ? unpack(before, codings) : unpackTruncated(before, codings)
  if (plain === undefined) return undefined
  const redacted = redact.body(plain, headerValue(rawHeaders, 'content-type'))
  if (redacted === plain || Buffer.compare(redacted, plain) === 0) return undefined
  if (codings.length === 0) return { bytes: redacted, lengthBefore: before.length, map: offsetMap(before, redacted) }
  const packed = pack(redacted, codings)
  // A body that was cut short must stay one: without its last bytes no decoder calls it complete.
  const bytes = layout.complete ? packed : packed.subarray(0, Math.max(1, packed.length - 12))
  return { bytes, lengthBefore: before.length, map: proportionalMap(before.length, bytes.length) }
}

function headPieces(whole: Uint8Array, layout: Layout, body: RedactedBody | undefined, redact: FieldRedactor): Piece[] {
  const last = layout.heads.length - 1
  return layout.heads.map(({ start, end }, at) => {
    const bytes = whole.subarray(start, end)
    const added = at === last && layout.final !== undefined && body !== undefined ? body.bytes.length - body.lengthBefore : 0
    return { start, end, bytes: redactHeaderLines(bytes, added, redact) }
  })
}

/**
 * Header lines with their secrets replaced; the same bytes when there are none.
 * @param added How many bytes the body grew by, for Content-Length.
 */
function redactHeaderLines(bytes: Uint8Array, added: number, redact: FieldRedactor): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  // A value may go on in a line that begins with white space (RFC 9112, 5.2).
  const changed = text.replaceAll(
    /^([^\s:][^:\r\n]*)(:[ \t]*)([^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*)$/gm,
    (line, name: string, colon: string, value: string) => {
      if (added !== 0 && name.trimEnd().toLowerCase() === 'content-length') return `${name}${colon}${Number(value) + added}`
      const trimmed = value.trimEnd()
      const redacted = redactHeader(name.trimEnd(), trimmed, redact)
      return redacted === trimmed ? line : `${name}${colon}${redacted}`
    },
  )
  return changed === text ? bytes : Buffer.from(changed, 'latin1')
}

/** The body with its framing: the sizes of transfer chunks follow what is in them. */
function bodyPieces(whole: Uint8Array, layout: Layout, body: RedactedBody | undefined, redact: FieldRedactor): Piece[] {
  const pieces: Piece[] = []
  let at = layout.heads.at(-1)?.end ?? 0
  let offset = 0
  /** A transfer chunk was written whose line break comes with the next framing. */
  let open = false
  for (const { start, end } of layout.data) {
    const from = offset
    const bytes = body === undefined ? whole.subarray(start, end) : body.bytes.subarray(body.map(from), body.map(from + end - start))
    if (start > at) pieces.push({ start: at, end: start, bytes: framing(whole.subarray(at, start), bytes.length, end - start, open) })
    open = bytes.length > 0
    pieces.push({ start, end, bytes, ...(body === undefined ? {} : { map: (inner) => body.map(from + inner) - body.map(from) }) })
    offset += end - start
    at = end
  }
  if (at < layout.end) {
    const rest = whole.subarray(at, layout.end)
    // Trailers follow the last size line.
    const trailers = layout.final?.framing.chunked === true ? redactHeaderLines(rest, 0, redact) : rest
    pieces.push({ start: at, end: layout.end, bytes: open || layout.data.length === 0 ? trailers : withoutLineBreak(trailers) })
  }
  return pieces
}

/** The line break after the chunk before, and the size line of this one. */
function framing(bytes: Uint8Array, length: number, lengthBefore: number, open: boolean): Uint8Array {
  if (length === lengthBefore) return open ? bytes : withoutLineBreak(bytes)
  const parts = /^((?:\r?\n)?)([0-9a-f]+)([^]*)$/i.exec(Buffer.from(bytes).toString('latin1'))
  if (parts === null) return bytes
  const lineBreak = open ? parts[1] : ''
  // A chunk that was cut short stays short by as much.
  const size = Number.parseInt(parts[2] as string, 16) + length - lengthBefore
  return Buffer.from(length === 0 ? `${lineBreak}` : `${lineBreak}${size.toString(16)}${parts[3]}`, 'latin1')
}

function withoutLineBreak(bytes: Uint8Array): Uint8Array {
  const length = bytes[0] === 10 ? 1 : bytes[0] === 13 && bytes[1] === 10 ? 2 : 0
  return length === 0 ? bytes : Buffer.from(bytes.subarray(length))
}
