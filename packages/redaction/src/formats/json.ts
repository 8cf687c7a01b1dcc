import { decodeJsonString, rewriteJsonString } from './json-string.ts'

/** What to do with the leaves of a JSON text. */
export interface JsonLeaves {
  isTelling(name: string): boolean
  /** @param telling The string, or something that it is part of, has a telling name. */
  string(value: string, telling: boolean): string
  /** A number as it is written. Gives as many characters back. */
  number(value: string, telling: boolean): string
}

interface Container {
  readonly isObject: boolean
  /** It belongs to a member with a telling name. */
  readonly telling: boolean
  /** The member that comes next does. */
  nextTelling: boolean
}

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
  for (let at = 0; at < text.length; at++) {
    const container = open.at(-1)
    const telling = container !== undefined && (container.telling || container.nextTelling)
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = endOfString(text, at + 1)
        const raw = text.slice(at + 1, end)
        if (container?.isObject === true && isBeforeColon(text, end + 1)) container.nextTelling = leaves.isTelling(decodeJsonString(raw))
        else {
          const redacted = rewriteJsonString(raw, (value) => leaves.string(value, telling))
          if (redacted !== raw) replace(at + 1, end, redacted)
        }
        at = end
        break
      }
      case 0x7b: // {
      case 0x5b: // [
        open.push({ isObject: text.charCodeAt(at) === 0x7b, telling, nextTelling: false })
        break
      case 0x7d: // }
      case 0x5d: // ]
        open.pop()
        break
      case 0x2c: // ,
        if (container !== undefined) container.nextTelling = false
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
        const redacted = leaves.number(number, telling)
        if (redacted !== number) replace(at, at + number.length, redacted)
        at += number.length - 1
        break
      }
    }
  }
  return copied === 0 ? text : pieces.join('') + text.slice(copied)
}

/** Offset of the quote that ends a string; the text's length when none does. */
function endOfString(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return at
    if (code === 0x5c) at++
  }
  return text.length
}

function isBeforeColon(text: string, start: number): boolean {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x3a) return true
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return false
  }
  return false
}
