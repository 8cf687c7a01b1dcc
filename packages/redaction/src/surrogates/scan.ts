import { movedHash, type NeedleBytes, type Needles, type NeedleText, windowLength } from './needles.ts'
import { base64At, type Found, hexAt, nibbleOf, rawAt, sextetOf, specialSextet } from './spellings.ts'

/** One pass over bytes, with windows in every spelling that move along. */
export class Scan {
  readonly #bytes: Uint8Array
  readonly #needles: Needles
  readonly #onBytes: (value: NeedleBytes, found: Found & { readonly start: number }) => void
  onText: (needle: NeedleText, from: number, to: number) => void = () => undefined

  constructor(bytes: Uint8Array, needles: Needles, onBytes: (value: NeedleBytes, found: Found & { readonly start: number }) => void) {
    this.#bytes = bytes
    this.#needles = needles
    this.#onBytes = onBytes
  }

  run(looksRaw: boolean): void {
    const bytes = this.#bytes
    const { byBytes, byWindow } = this.#needles
    const looksForBytes = byBytes.size > 0
    const looksForTexts = byWindow.size > 0
    let hex = 0
    let hexRun = 0
    let base64 = 0
    let base64Run = 0
    let raw = 0
    let rawRun = 0
    let hash = 0
    let hashRun = 0
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] as number
      let end = -1
      if (looksForBytes) {
        if (looksRaw) {
          raw = (raw << 8) | byte
          if (++rawRun >= 4 && byBytes.mayHave(raw >>> 2)) end = this.#find(raw >>> 2, rawSpelling, at - 3)
        }
        const nibble = nibbleOf[byte] as number
        if (nibble < 16) {
          hex = (hex << 4) | nibble
          if (++hexRun >= 8 && end < 0 && byBytes.mayHave(hex >>> 2)) end = this.#find(hex >>> 2, hexSpelling, at - 7)
        } else hexRun = 0
        let sextet = sextetOf[byte] as number
        let length = 1
        if (sextet > 63 && (byte === 0x25 || byte === 0x5c)) {
          const special = specialSextet(bytes, at)
          if (special !== undefined) ({ sextet, length } = special)
        }
        if (sextet < 64) {
          base64 = ((base64 << 6) | sextet) & 0x3fffffff
          if (++base64Run >= 5 && end < 0 && byBytes.mayHave(base64)) end = this.#find(base64, base64Spelling, startBefore(bytes, at))
          if (length > 1 && end < 0) end = at + length
        } else base64Run = 0
        if (length > 1 && end === at + length) {
          // The rest of an escape is part of nothing else.
          at = end - 1
          hexRun = rawRun = hashRun = hash = 0
          continue
        }
      }
      if (looksForTexts && end < 0) {
        hash = hashRun >= windowLength ? movedHash(hash, bytes[at - windowLength] as number, byte) : movedHash(hash, 0, byte)
        if (++hashRun >= windowLength && byWindow.mayHave(hash)) end = this.#findText(hash, at - windowLength + 1)
      }
      if (end < 0) continue
      at = end - 1
      hexRun = base64Run = rawRun = hashRun = hash = 0
    }
  }

  /** @returns Where what was found ends; -1 when nothing was. */
  #find(key: number, spelling: Spelling, start: number): number {
    const { byBytes, bytes: values } = this.#needles
    for (let place = byBytes.first(key); place >= 0; place = byBytes.next(key, place)) {
      const value = values[byBytes.at(place)] as NeedleBytes
      const found = spelling(this.#bytes, start, value)
      if (found === undefined) continue
      this.#onBytes(value, found)
      return found.end
    }
    return -1
  }

  #findText(hash: number, at: number): number {
    const { byWindow, texts } = this.#needles
    for (let place = byWindow.first(hash); place >= 0; place = byWindow.next(hash, place)) {
      const needle = texts[byWindow.at(place)] as NeedleText
      const from = at - needle.window
      const length = this.#sameLength(needle.text, from)
      if (length < needle.text.length && !(needle.beginningWillDo && length >= needle.window + windowLength)) continue
      const to = from + length
      if (needle.isNumber && (isDigit(this.#bytes[from - 1]) || isDigit(this.#bytes[to]))) continue
      this.onText(needle, from, to)
      return to
    }
    return -1
  }

  /** How many characters are those of a text. */
  #sameLength(text: string, from: number): number {
    if (from < 0) return 0
    let length = 0
    while (length < text.length && this.#bytes[from + length] === text.charCodeAt(length)) length++
    return length
  }
}

type Spelling = (text: Uint8Array, window: number, value: NeedleBytes) => (Found & { readonly start: number }) | undefined

const rawSpelling: Spelling = (text, window, { bytes, skip }) => started(window - skip, rawAt(text, window - skip, bytes))

const hexSpelling: Spelling = (text, window, { bytes, skip }) => {
  if (skip === 0) return started(window, hexAt(text, window, bytes))
  // Without the dashes of a UUID, or with them.
  const before = skip * 2
  for (const start of [window - before, window - before - 4]) {
    const found = start < 0 ? undefined : hexAt(text, start, bytes, bytes.length * 2)
    if (found !== undefined) return started(start, found)
  }
  return undefined
}

const base64Spelling: Spelling = (text, window, { bytes, skip }) => {
  const start = window - (skip * 8) / 6
  return start < 0 ? undefined : started(start, base64At(text, start, bytes))
}

/** Where the last five characters of base64 begin of which the last one stands at a place. */
function startBefore(text: Uint8Array, at: number): number {
  let start = at
  for (let back = 0; back < 4; back++) {
    const escape = escapeLengths.find((length) => specialSextet(text, start - length)?.length === length)
    start -= escape ?? 1
  }
  return start
}

/** Longest first: an escape ends with characters that are base64 themselves. */
const escapeLengths = [6, 3, 2]

function started(start: number, found: Found | undefined): (Found & { readonly start: number }) | undefined {
  return found && { start, ...found }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}
