import { compareJson } from './compare-json.ts'
import type { Comparison, Mismatch } from './comparison.ts'
import { decoded, unpackedByItself } from './content-encoding.ts'
import { textMismatch } from './equivalence.ts'
import type { HeaderFields } from './http-outcome.ts'
import { Shapes } from './json-members.ts'
import type { JsonValue } from './json-value.ts'
import { type BodyKind, bodyKind, type MediaType, mediaType } from './media-type.ts'
import { parseJson } from './parse-json.ts'
import type { Path } from './path.ts'
import { ruleAt } from './path-rules.ts'
import { eventsValue, formValue, linesValue, multipartValue } from './structured-text.ts'

/** One side's body: the bytes as sent, and the headers that say what they are. */
export interface Body {
  readonly bytes: Uint8Array
  readonly headers: HeaderFields
}

const longestHex = 512
/** A body may hold a packed one, which may hold another one, and some hold themselves. */
const deepestPacked = 3

/**
 * Compares bodies by what they are: decoded where they were compressed, JSON and other structured texts by structure,
 * texts as texts, everything else byte by byte.
 * @param unpacked How many bodies surround these, packed without a header that says so.
 */
export function compareBody(recorded: Body, replayed: Body, path: Path, run: Comparison, unpacked = 0): void {
  if (ruleAt(path, 'ignore') !== undefined) return
  const before = decoded(recorded.bytes, recorded.headers.get('content-encoding') ?? [])
  const now = decoded(replayed.bytes, replayed.headers.get('content-encoding') ?? [])
  if (before === undefined || now === undefined) return compareBytes(recorded.bytes, replayed.bytes, path, run)
  // Equal bytes need no reading, unless the ids in them are to be held together with other bodies.
  if (run.clocks === undefined && isSameBytes(before, now) && run.rules.patterns === undefined) return
  const inner = unpacked < deepestPacked ? unpackedByItself(before) : undefined
  const innerNow = inner === undefined ? undefined : unpackedByItself(now)
  if (inner !== undefined && innerNow !== undefined) {
    const headers: HeaderFields = new Map()
    return compareBody({ bytes: inner, headers }, { bytes: innerNow, headers }, path, run, unpacked + 1)
  }
  const document = run.rules.documents?.(before, recorded.headers.get('content-type')?.[0])
  const otherDocument = document === undefined ? undefined : run.rules.documents?.(now, replayed.headers.get('content-type')?.[0])
  if (document !== undefined && otherDocument !== undefined) {
    const [value, otherValue] = [parseJson(document), parseJson(otherDocument)]
    if (value !== undefined && otherValue !== undefined) return compareJson(value, otherValue, path, run)
  }
  const type = mediaType(recorded.headers.get('content-type')?.[0])
  const otherType = mediaType(replayed.headers.get('content-type')?.[0])
  const { left, right, isRead } = textsOf(before, type, now, otherType)
  const shapes = new Shapes()
  const value = structured(left, type, shapes)
  const otherValue =
    value === undefined ? undefined : structured(right, bodyKind(otherType) === 'binary' ? otherType : sameKind(type, otherType), shapes)
  if (value !== undefined && otherValue !== undefined) return compareJson(value, otherValue, path, run)
  if (bodyKind(type) === 'binary' || (bodyKind(type) === 'unknown' && !isText(before, now))) return compareBytes(before, now, path, run)
  const report = (mismatch: Mismatch): void =>
    isRead ? run.report(path, mismatch, { recorded: left, replayed: right }) : compareBytes(before, now, path, run)
  compareText(left, right, path, run, report)
}

function compareText(recorded: string, replayed: string, path: Path, run: Comparison, report: (mismatch: Mismatch) => void): void {
  const pattern = ruleAt(path, 'pattern')?.pattern
  if (pattern !== undefined) {
    pattern.lastIndex = 0
    if (!pattern.test(replayed)) report({ class: 'pattern', reason: `the text does not match ${String(pattern)}` })
    else run.tolerated++
    return
  }
  if (ruleAt(path, 'noise') !== undefined && (recorded === '') === (replayed === '')) {
    run.tolerated++
    return
  }
  const mismatch = textMismatch(recorded, replayed, path, run)
  if (mismatch !== undefined) report(mismatch)
}

/** A body is read as what was recorded, also when its type changed: that is reported once, at the header. */
function sameKind(type: MediaType, otherType: MediaType): MediaType {
  return bodyKind(type) === bodyKind(otherType) ? otherType : type
}

const readers: { readonly [kind in BodyKind]?: (text: string, type: MediaType, shapes: Shapes) => JsonValue | undefined } = {
  json: (text, _type, shapes) => parseJson(text, shapes),
  ndjson: (text, _type, shapes) => linesValue(text, shapes),
  events: eventsValue,
  form: formValue,
  multipart: multipartValue,
  unknown: (text, _type, shapes) => (/^\s*[[{]/.test(text) ? parseJson(text, shapes) : undefined),
}

function structured(text: string, type: MediaType, shapes: Shapes): JsonValue | undefined {
  return readers[bodyKind(type)]?.(text, type, shapes)
}

function compareBytes(recorded: Uint8Array, replayed: Uint8Array, path: Path, run: Comparison): void {
  if (isSameBytes(recorded, replayed)) return
  if (ruleAt(path, 'noise') !== undefined) {
    run.tolerated++
    return
  }
  let at = 0
  while (at < recorded.length && recorded[at] === replayed[at]) at++
  const sizes = recorded.length === replayed.length ? `${recorded.length} bytes each` : `${recorded.length} bytes, now ${replayed.length}`
  run.report(
    path,
    { class: 'bytes', reason: `the bytes differ from offset ${at} on (${sizes})` },
    { recorded: hex(recorded), replayed: hex(replayed) },
  )
}

function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(b)
}

interface Texts {
  readonly left: string
  readonly right: string
  /** They are texts; otherwise each character is a byte. */
  readonly isRead: boolean
}

/**
 * Both bodies as texts, by what their charsets say. When one of them is not what its charset says, both are read byte by
 * byte, a character each: then nothing is lost, and what is noise is still found.
 */
function textsOf(recorded: Uint8Array, type: MediaType, replayed: Uint8Array, otherType: MediaType): Texts {
  const isByBytes = bodyKind(type) === 'multipart'
  const left = isByBytes ? undefined : decodedText(recorded, type)
  const right = isByBytes ? undefined : decodedText(replayed, otherType)
  if (left !== undefined && right !== undefined) return { left, right, isRead: true }
  return { left: latinText(recorded), right: latinText(replayed), isRead: false }
}

function isText(...bodies: readonly Uint8Array[]): boolean {
  return bodies.every((bytes) => decodedText(bytes, mediaType(undefined)) !== undefined)
}

function decodedText(bytes: Uint8Array, { parameters }: MediaType): string | undefined {
  try {
    return new TextDecoder(parameters.get('charset') ?? 'utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function latinText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

function hex(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, longestHex)).toString('hex')
  return bytes.byteLength > longestHex ? `${text}…` : text
}
