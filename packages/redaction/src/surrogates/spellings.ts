import { sextetAt, sextetsOf } from './surrogates.ts'

/** Value of each character as a hexadecimal digit; 255 for none. */
export const nibbleOf: Uint8Array = values('0123456789abcdef', '0123456789ABCDEF')
/** Value of each character in base64 and base64url; 255 for none. */
export const sextetOf: Uint8Array = values(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
)
const base64 = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const base64url = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
const lowerHex = Buffer.from('0123456789abcdef')
const upperHex = Buffer.from('0123456789ABCDEF')
const dash = 0x2d

/** Least characters that make a beginning of a drawn value. */
const shortestHex = 8
const shortestBase64 = 6
const uuidLength = 16
const versionNibble = 12
const variantNibble = 16

/** Where something was found, and how to write what stands for it. */
export interface Found {
  /** Behind its last character. */
  readonly end: number
  write(into: Uint8Array, replacement: Uint8Array): void
}

/** `value` as it is, from `start` on, at least as far as it is indexed. `uuid.v4()` sets marks in what it drew. */
export function rawAt(text: Uint8Array, start: number, value: Uint8Array): Found | undefined {
  if (start < 0 || start + value.length > text.length) return undefined
  for (let at = 0; at < value.length; at++) {
    if (text[start + at] !== value[at] && !isMark(value, at, text[start + at] as number)) return undefined
  }
  return {
    end: start + value.length,
    write: (into, replacement) => {
      replacement.forEach((byte, at) => {
        into[start + at] = (byte & ~marksOf(value, at)) | ((text[start + at] as number) & marksOf(value, at))
      })
    },
  }
}

/** Bits of a byte of 16 that say that they are a UUID. */
function marksOf(value: Uint8Array, at: number): number {
  if (value.length !== uuidLength) return 0
  return at === 6 ? 0xf0 : at === 8 ? 0xc0 : 0
}

function isMark(value: Uint8Array, at: number, byte: number): boolean {
  const marks = marksOf(value, at)
  return marks !== 0 && ((byte ^ (value[at] as number)) & ~marks) === 0 && (byte & marks) === (at === 6 ? 0x40 : 0x80)
}

/** `value` as hexadecimal text, or a beginning of it; with or without the dashes of a UUID. */
export function hexAt(text: Uint8Array, start: number, value: Uint8Array, shortest: number = shortestHex): Found | undefined {
  const places: number[] = []
  let at = start
  for (; places.length < value.length * 2; at++) {
    const nibble = places.length
    if (text[at] === dash && value.length === uuidLength && isDashPlace(nibble)) at++
    const read = nibbleOf[text[at] ?? 0] as number
    if (read > 15 || !isNibble(value, nibble, read)) break
    places.push(at)
  }
  if (places.length < shortest) return undefined
  return {
    end: (places.at(-1) as number) + 1,
    write: (into, replacement) => {
      const digits = isUpperHex(text, places) ? upperHex : lowerHex
      places.forEach((place, nibble) => {
        let made = nibbleAt(replacement, nibble)
        if (value.length === uuidLength && nibble === versionNibble) return
        if (value.length === uuidLength && nibble === variantNibble) made = (made & 3) | ((nibbleOf[text[place] as number] as number) & 0xc)
        into[place] = digits[made] as number
      })
    },
  }
}

function isDashPlace(nibble: number): boolean {
  return nibble === 8 || nibble === 12 || nibble === 16 || nibble === 20
}

function isNibble(value: Uint8Array, nibble: number, read: number): boolean {
  const own = nibbleAt(value, nibble)
  if (read === own) return true
  if (value.length !== uuidLength) return false
  return nibble === versionNibble ? read === 4 : nibble === variantNibble && (read & 0xc) === 8 && (read & 3) === (own & 3)
}

function nibbleAt(bytes: Uint8Array, nibble: number): number {
  const byte = bytes[nibble >> 1] as number
  return (nibble & 1) === 0 ? byte >> 4 : byte & 15
}

function isUpperHex(text: Uint8Array, places: readonly number[]): boolean {
  return places.some((place) => (text[place] as number) >= 0x41 && (text[place] as number) <= 0x46)
}

/** `value` as base64 or base64url, or a beginning of it; with what URLs and JSON make of `+` and `/`. */
export function base64At(text: Uint8Array, start: number, value: Uint8Array): Found | undefined {
  const total = sextetsOf(value.length)
  const unused = total * 6 - value.length * 8
  const places: number[] = []
  let at = start
  while (places.length < total) {
    const { sextet, length } = readSextet(text, at)
    if (sextet > 63 || !isSextet(value, places.length, sextet, places.length === total - 1 ? unused : 0)) break
    places.push(at)
    at += length
  }
  if (places.length < Math.min(shortestBase64, total)) return undefined
  return {
    end: at,
    write: (into, replacement) => {
      const alphabet = isUrlSafe(text, places, at, unused > 0) ? base64url : base64
      places.forEach((place, index) => {
        const before = readSextet(text, place)
        // A surrogate of bytes has the same sextet where one is spelled in a special way.
        if (before.length > 1) return
        const kept = index === total - 1 ? (1 << unused) - 1 : 0
        const made = (sextetAt(replacement, index) & ~kept) | (before.sextet & kept)
        if (made === before.sextet || keepsBits(value, index)) return
        into[place] = alphabet[made] as number
      })
    },
  }
}

/** Which of the two alphabets a text is in, by its characters, or by the padding that base64url leaves out. */
function isUrlSafe(text: Uint8Array, places: readonly number[], end: number, isPadded: boolean): boolean {
  for (const place of places) {
    if (text[place] === dash || text[place] === 0x5f) return true
    if (text[place] === 0x2b || text[place] === 0x2f) return false
  }
  return isPadded && text[end] !== 0x3d && text[end] !== 0x25
}

/** Six bits of 16 bytes in which there are marks of a UUID; a surrogate has them in common with its value. */
function keepsBits(value: Uint8Array, index: number): boolean {
  return value.length === uuidLength && (index === 8 || index === 10)
}

function isSextet(value: Uint8Array, index: number, read: number, unused: number): boolean {
  const own = sextetAt(value, index)
  if (read >> unused === own >> unused) return true
  if (value.length !== uuidLength) return false
  return index === 8 ? (read & 3) === (own & 3) && read >> 2 === 4 : index === 10 && read >> 2 === own >> 2 && (read & 3) === 2
}

/** @returns `sextet` 255 where none stands. */
function readSextet(text: Uint8Array, at: number): { readonly sextet: number; readonly length: number } {
  const character = text[at] ?? 0
  const sextet = sextetOf[character] as number
  if (sextet < 64) return { sextet, length: 1 }
  const special = specialSextet(text, at)
  return special === undefined ? none : special
}

const none = { sextet: 255, length: 1 }

/** `%2B`, `%2F`, `\/`, and `+` and `/` as JSON may escape them. */
export function specialSextet(text: Uint8Array, at: number): { readonly sextet: number; readonly length: number } | undefined {
  if (text[at] === 0x25 && text[at + 1] === 0x32) {
    const last = (text[at + 2] ?? 0) | 0x20
    if (last === 0x62) return { sextet: 62, length: 3 }
    return last === 0x66 ? { sextet: 63, length: 3 } : undefined
  }
  if (text[at] !== 0x5c) return undefined
  if (text[at + 1] === 0x2f) return { sextet: 63, length: 2 }
  if (text[at + 1] !== 0x75) return undefined
  const code = Buffer.from(text.subarray(at + 2, at + 6))
    .toString('latin1')
    .toLowerCase()
  if (code === '002b') return { sextet: 62, length: 6 }
  return code === '002f' ? { sextet: 63, length: 6 } : undefined
}

function values(...alphabets: readonly string[]): Uint8Array {
  const table = new Uint8Array(256).fill(255)
  for (const alphabet of alphabets) for (let value = 0; value < alphabet.length; value++) table[alphabet.charCodeAt(value)] = value
  return table
}
