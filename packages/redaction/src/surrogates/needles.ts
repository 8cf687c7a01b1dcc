import type { DrawKind, DrawValue } from '@retake/core'
import { NumberIndex } from './number-index.ts'

/** Characters of a text by which it is found. */
export const windowLength = 8
const factor = 0x01000193
/** What the oldest character of a window counts. */
const oldestFactor: number = power(factor, windowLength - 1)

/** Bytes by which bytes are found; shorter values are not looked for. */
export const shortestBytes = 4

/** A value that is looked for, and what stands for it; made when it is needed, which is seldom. */
export interface DrawnValue {
  readonly kind: DrawKind
  readonly value: DrawValue
  readonly replacement: () => DrawValue
}

/** Bytes that were drawn; they are found in every spelling. */
export interface NeedleBytes {
  readonly bytes: Uint8Array
  /** Bytes before those by which it is found: a time that many have in common. */
  readonly skip: number
  readonly replacement: () => Uint8Array
  readonly drawn: DrawnValue
}

/** A text that was drawn. */
export interface NeedleText {
  readonly text: string
  /** Where the window is by which it is found. */
  readonly window: number
  /** A number: no digit may stand beside it. */
  readonly isNumber: boolean
  /** A beginning of it is enough: `Math.random().toString(36).slice(2, 10)`. */
  readonly beginningWillDo: boolean
  readonly replacement: () => string
  readonly drawn: DrawnValue
}

/** What is looked for, by a few bytes of it. Bytes are found in every spelling, texts as they are. */
export class Needles {
  /** Numbers of bytes, by their first 30 bits behind what is skipped. */
  readonly byBytes: NumberIndex = new NumberIndex()
  readonly byWindow: NumberIndex = new NumberIndex()
  readonly bytes: NeedleBytes[] = []
  readonly texts: NeedleText[] = []
  /** One of them could stand in ASCII text as it is. */
  hasAscii = false
  /** Bytes that are held, about. */
  weight = 0

  addBytes(needle: NeedleBytes): void {
    const { bytes, skip } = needle
    if (bytes.length - skip < shortestBytes) return
    this.byBytes.add(keyAt(bytes, skip), this.bytes.length)
    this.bytes.push(needle)
    if (bytes.every((byte) => byte < 0x80)) this.hasAscii = true
    this.weight += bytes.length + bytesOverhead
  }

  addText(text: NeedleText): void {
    this.byWindow.add(windowHash(text.text, text.window), this.texts.length)
    this.texts.push(text)
    this.weight += text.text.length + textOverhead
  }
}

const bytesOverhead = 120
const textOverhead = 160

/** The first 30 bits from a place on, which are five characters of base64. */
function keyAt(bytes: Uint8Array, at: number): number {
  const word =
    ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)
  return word >>> 2
}

function windowHash(text: string, at: number): number {
  let hash = 0
  for (let index = at; index < at + windowLength; index++) hash = (Math.imul(hash, factor) + text.charCodeAt(index)) | 0
  return hash
}

/** The hash of a window that moved on by one character. */
export function movedHash(hash: number, oldest: number, newest: number): number {
  return (Math.imul(hash - Math.imul(oldest, oldestFactor), factor) + newest) | 0
}

function power(base: number, exponent: number): number {
  let result = 1
  for (let step = 0; step < exponent; step++) result = Math.imul(result, base)
  return result
}
