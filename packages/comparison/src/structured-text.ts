import { Shapes } from './json-members.ts'
import type { JsonValue } from './json-value.ts'
import type { MediaType } from './media-type.ts'
import { parseJson } from './parse-json.ts'

/** Lines of JSON, as a list. `undefined` when a line is no JSON. */
export function linesValue(text: string, shapes: Shapes = new Shapes()): JsonValue | undefined {
  const values: JsonValue[] = []
  // oxlint-disable-next-line no-control-regex -- the record separator of RFC 7464
  for (const line of text.split(/\r?\n|\u001e/)) {
    if (line.trim() === '') continue
    const value = parseJson(line, shapes)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values
}

/**
 * Server-sent events, as a list of objects; `data` as JSON where it is. An event that no empty line ends is dispatched by no
 * client (HTML, 9.2.6), so it is another event than the same one with its end.
 */
export function eventsValue(text: string): JsonValue | undefined {
  const events: JsonValue[] = []
  const blocks = text.split(/(?:\r\n|\r|\n){2,}/)
  for (const [index, block] of blocks.entries()) {
    if (block.trim() === '') continue
    const fields = new Map<string, string>()
    for (const line of block.split(/\r\n|\r|\n/)) {
      const colon = line.indexOf(':')
      // A comment keeps a connection alive, no client sees it.
      if (colon === 0 || line === '') continue
      const name = colon === -1 ? line : line.slice(0, colon)
      const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
      const before = fields.get(name)
      fields.set(name, before === undefined ? value : `${before}\n${value}`)
    }
    if (fields.size === 0) continue
    const event = new Map<string, JsonValue>([...fields].map(([name, value]) => [name, name === 'data' ? jsonOrText(value) : value]))
    if (index === blocks.length - 1) event.set('unfinished', true)
    events.push(event)
  }
  return events
}

/** `application/x-www-form-urlencoded` as values by name; names given more than once keep their order. */
export function formValue(text: string): JsonValue | undefined {
  const fields = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(text)) {
    const values = fields.get(name)
    if (values === undefined) fields.set(name, [value])
    else values.push(value)
  }
  return new Map(Array.from(fields, ([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]))
}

/**
 * The parts of a multipart body as a list; the boundary is no part of the meaning (RFC 2046, 5.1).
 * @param text A character for each byte: parts may be binary, and each says itself what it is.
 */
export function multipartValue(text: string, type: MediaType): JsonValue | undefined {
  const boundary = type.parameters.get('boundary')
  if (boundary === undefined || boundary === '') return undefined
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`)
  const last = pieces.pop()
  if (pieces.length === 0 || last === undefined || !last.startsWith('--')) return undefined
  const parts: JsonValue[] = []
  for (const piece of pieces.slice(1)) {
    const end = piece.indexOf('\r\n\r\n')
    if (end === -1) return undefined
    const headers = piece
      .slice(0, end)
      .split('\r\n')
      .filter((line) => line.trim() !== '')
      .map(headerPair)
    const body = piece.slice(end + 4)
    const isJson = headers.some(([name, value]) => name === 'content-type' && /[/+]json\b/.test(value))
    parts.push(
      new Map<string, JsonValue>([
        ['headers', new Map(headers)],
        ['body', isJson ? jsonOrText(utf8Text(body)) : utf8Text(body)],
      ]),
    )
  }
  return parts
}

function headerPair(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  return [line.slice(0, Math.max(0, colon)).trim().toLowerCase(), line.slice(colon + 1).trim()]
}

/** What is no UTF-8 stays a character for each byte. */
function utf8Text(bytes: string): string {
  // oxlint-disable-next-line no-control-regex -- ASCII
  if (/^[\x00-\x7f]*$/.test(bytes)) return bytes
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'))
  } catch {
    return bytes
  }
}

function jsonOrText(text: string): JsonValue {
  return parseJson(text) ?? text
}
