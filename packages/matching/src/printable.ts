import type { FieldValue } from '@retake/core'
import { isList } from './match-key.ts'

/**
 * A value for people: one line, at most `longest` characters, nothing in it that could move the cursor of a terminal,
 * colour it, or turn the direction of the text.
 */
export function printable(value: FieldValue, longest: number): string {
  if (value instanceof Uint8Array) return printableBytes(value, longest)
  if (typeof value === 'string') return `"${shortened(escaped(value.slice(0, longest * 2)), longest - 2, value.length > longest * 2)}"`
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value)
  return shortened(outlined(value, longest), longest)
}

/** Replaces control characters, bidirectional marks and invisible separators by their escapes. */
export function escaped(text: string): string {
  return text.replace(unprintable, (character) => {
    const short = shortEscapes[character]
    if (short !== undefined) return short
    const code = character.charCodeAt(0)
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

/** C0, DEL, C1; soft hyphen; marks that are invisible or turn the direction; line separators; BOM; lone surrogates. */
const unprintable =
  // oxlint-disable-next-line no-control-regex -- finding them is the point
  /[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const shortEscapes: { readonly [character: string]: string } = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' }

/** Cuts a text to `longest` characters, the last of which then is an ellipsis. */
export function shortened(text: string, longest: number, isCut = false): string {
  if (text.length <= longest && !isCut) return text
  const cut = text.slice(0, Math.max(1, longest - 1))
  // Never leave half a surrogate pair behind.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}

/** The two sides of a text difference, cut to the neighbourhood of the first place in which they differ. */
export function textNeighbourhood(recorded: string, asked: string, longest: number): { readonly recorded: string; readonly asked: string } {
  let common = 0
  const end = Math.min(recorded.length, asked.length)
  while (common < end && recorded.charCodeAt(common) === asked.charCodeAt(common)) common++
  const lead = Math.floor(longest / 3)
  const from = common <= lead ? 0 : wordStart(recorded, common - lead, common)
  const cut = (text: string): string => (from === 0 ? '' : '…') + shortened(escaped(text.slice(from, from + longest * 2)), longest - 1)
  return { recorded: cut(recorded), asked: cut(asked) }
}

/** Bytes as text when that is what they are. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // oxlint-disable-next-line no-control-regex -- bytes with control characters are shown as bytes
    return /[\x00-\x08\x0e-\x1f]/.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

function wordStart(text: string, from: number, before: number): number {
  const space = text.indexOf(' ', from)
  return space >= 0 && space < before ? space + 1 : from
}

function printableBytes(bytes: Uint8Array, longest: number): string {
  const size = `${bytes.byteLength} byte${bytes.byteLength === 1 ? '' : 's'}`
  const room = Math.max(4, longest - size.length - 4)
  const shown = bytes.subarray(0, Math.ceil(room / 2))
  return bytes.byteLength === 0 ? '<0 bytes>' : `<${size} ${shortened(hex(shown), room, shown.byteLength < bytes.byteLength)}>`
}

/** Writes only as much of a structure as will be shown. */
function outlined(value: FieldValue, budget: number, depth = 0): string {
  if (typeof value === 'string' || typeof value !== 'object' || value === null || value instanceof Uint8Array) {
    return printable(value, Math.max(budget, 6))
  }
  const list = isList(value)
  if (depth === 4) return list ? '[…]' : '{…}'
  let text = list ? '[' : '{'
  for (const [name, item] of list ? value.entries() : Object.entries(value)) {
    if (text.length > budget) break
    if (text.length > 1) text += ', '
    text += (list ? '' : `${escaped(String(name))}: `) + outlined(item, budget - text.length, depth + 1)
  }
  return text + (list ? ']' : '}')
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
