import { type PathPlace, stepInto, verdictAt } from '../rules/path-rules.ts'
import type { Verdict } from '../rules/redaction-rules.ts'
import { decodeJsonString, rewriteJsonString } from './json-string.ts'

/** What to do with the leaves of a JSON text. */
export interface JsonLeaves {
  /** What a member's name says. */
  verdict(name: string): Verdict | undefined
  /** @param verdict Of the member that the string is, or of something that it is part of. */
  string(value: string, verdict: Verdict | undefined): string
  /**
   * A number as it is written.
   * @param name Of the member that it is.
   */
  number(value: string, verdict: Verdict | undefined, name: string): string
  /**
   * Bytes as Node writes them (`{"type":"Buffer","data":[…]}`).
   * @returns The same instance when nothing is to be replaced.
   */
  bytes(value: Uint8Array, verdict: Verdict | undefined): Uint8Array
  /** Where the document begins in the user's paths, if there are any. */
  readonly paths: PathPlace | undefined
}

/** How a JSON document begins; `{a,"b"}` is an array of PostgreSQL's, and `[12:00] …` a log. */
export const document: RegExp = /^\s*(?:\{\s*(?:\}|"(?:[^"\\]|\\.){0,300}"\s*:)|\[\s*[[{"\]])/
/** The same where it is not certain: a list of texts. */
export const quotedFirst: RegExp = /^\s*[[{]\s*"/

interface Container {
  readonly isObject: boolean
  /** What it belongs to says about all that is in it. */
  readonly verdict: Verdict | undefined
  /** What the name of the member that comes next says. */
  next: Verdict | undefined
  name: string
  readonly place: PathPlace | undefined
  /** Where the value that comes next stands in the user's paths. */
  nextPlace: PathPlace | undefined
  items: number
  /** What a member that names another one says about that: `{"name": "password", "value": "x"}`. */
  valueVerdict: Verdict | undefined
  /** It has a member `type` that says `Buffer`. */
  isBuffer: boolean
}

/** Members that say what another member of their object is, and the names of those. */
const naming = /^(?:name|key|field|header|variable|param|parameter|path)$/i
const valued = /^(?:value|val)$/i
const longestName = 200

const numberShape = /-?\d[\d.eE+-]*/y

/**
 * Redacts JSON, one value or many (NDJSON), well-formed or cut off: reads tokens, not structure, with a stack of its own,
 * so that neither depth nor nonsense harms. Everything but the leaves stays as it is written.
 */
export function rewriteJson(text: string, leaves: JsonLeaves): string {
  const pieces: string[] = []
  let copied = 0
  const replace = (start: number, end: number, by: string): void => {
    pieces.push(text.slice(copied, start), by)
    copied = end
  }
  const open: Container[] = []
  let container: Container | undefined
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = endOfString(text, at + 1)
        if (container?.isObject === true && isBeforeColon(text, end + 1))
          enterMember(container, decodeJsonString(text.slice(at + 1, end)), leaves)
        else {
          const raw = text.slice(at + 1, end)
          if (container?.isObject === true && raw === 'Buffer' && container.name === 'type') container.isBuffer = true
          else {
            const verdict = verdictHere(container, leaves)
            if (container?.isObject === true && naming.test(container.name)) container.valueVerdict = namedBy(raw, leaves)
            const redacted = rewriteJsonString(raw, (value) => leaves.string(value, verdict))
            if (redacted !== raw) replace(at + 1, end, redacted)
          }
        }
        at = end
        break
      }
      case 0x7b: // {
      case 0x5b: // [
        if (container?.isBuffer === true && container.name === 'data') {
          const end = text.indexOf(']', at)
          const numbers = end < 0 ? undefined : bytesIn(text.slice(at + 1, end))
          if (numbers !== undefined) {
            const redacted = leaves.bytes(numbers, verdictHere(container, leaves))
            if (redacted !== numbers) replace(at + 1, end, redacted.join(','))
            at = end
            break
          }
        }
        container = enter(text.charCodeAt(at) === 0x7b, container, leaves)
        open.push(container)
        break
      case 0x7d: // }
      case 0x5d: // ]
        open.pop()
        container = open.at(-1)
        break
      case 0x2c: // ,
        if (container !== undefined) leaveValue(container)
        break
      case 0x2d: // -
      case 0x30:
      case 0x31:
      case 0x32:
      case 0x33:
      case 0x34:
      case 0x35:
      case 0x36:
      case 0x37:
      case 0x38:
      case 0x39: {
        numberShape.lastIndex = at
        const number = numberShape.exec(text)?.[0]
        if (number === undefined) break
        const redacted = leaves.number(number, verdictHere(container, leaves), container?.name ?? '')
        if (redacted !== number) replace(at, at + number.length, redacted)
        at += number.length - 1
        break
      }
    }
  }
  return copied === 0 ? text : pieces.join('') + text.slice(copied)
}

function enter(isObject: boolean, outer: Container | undefined, leaves: JsonLeaves): Container {
  const verdict = outer === undefined ? undefined : verdictHere(outer, leaves)
  // What only looks random is told by the name right before it.
  const inherited = isObject && verdict?.kind === 'random' ? undefined : verdict
  const place = outer === undefined ? leaves.paths : nextPlace(outer)
  const inner: Container = {
    isObject,
    verdict: inherited,
    next: undefined,
    name: outer?.name ?? '',
    place,
    nextPlace: undefined,
    items: 0,
    valueVerdict: undefined,
    isBuffer: false,
  }
  if (!isObject) enterItem(inner)
  return inner
}

function enterMember(container: Container, name: string, leaves: JsonLeaves): void {
  container.name = name
  container.next = leaves.verdict(name) ?? (valued.test(name) ? container.valueVerdict : undefined)
  if (container.place === undefined) return
  container.nextPlace = stepInto(container.place, name)
  container.next = verdictAt(container.nextPlace) ?? container.next
}

function enterItem(container: Container): void {
  if (container.place === undefined) return
  container.nextPlace = stepInto(container.place, String(container.items))
  container.next = verdictAt(container.nextPlace)
}

/** What a name that stands in a string says; of a path (JSON Patch) the last step. */
function namedBy(raw: string, leaves: JsonLeaves): Verdict | undefined {
  if (raw.length > longestName || /\s/.test(raw)) return undefined
  const name = decodeJsonString(raw)
  const verdict = leaves.verdict(name.slice(name.lastIndexOf('/') + 1))
  return verdict?.kind === 'secret' ? verdict : undefined
}

function leaveValue(container: Container): void {
  container.next = undefined
  container.items++
  if (!container.isObject) enterItem(container)
}

function nextPlace(container: Container): PathPlace | undefined {
  return container.place === undefined ? undefined : (container.nextPlace ?? [])
}

function verdictHere(container: Container | undefined, leaves: JsonLeaves): Verdict | undefined {
  if (container === undefined) return leaves.paths === undefined ? undefined : verdictAt(leaves.paths)
  const { next, verdict } = container
  // A path of the user's may allow something within what is secret; a name cannot.
  if (next?.kind === 'allowed' && container.place !== undefined) return next
  return verdict?.kind === 'secret' || verdict?.kind === 'allowed' ? verdict : (next ?? verdict)
}

/** @returns `undefined` for anything but bytes. */
function bytesIn(list: string): Uint8Array | undefined {
  if (!/^[\s\d,]*$/.test(list)) return undefined
  const numbers = list.split(',').map(Number)
  return numbers.every((number) => number < 256) ? Uint8Array.from(numbers) : undefined
}

/** Offset of the quote that ends a string; the text's length when none does. */
function endOfString(text: string, start: number): number {
  let at = start
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return text.length
    let backslashes = 0
    while (quote - backslashes > start && text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return quote
    at = quote + 1
  }
}

function isBeforeColon(text: string, start: number): boolean {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x3a) return true
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return false
  }
  return false
}
