import { Buffer, isUtf8 } from 'node:buffer'

/** Bytes as text, and how text becomes such bytes again. */
export interface DecodedText {
  readonly text: string
  encode(text: string): Uint8Array
}

/** Characters that no text has: what has them is no text in an encoding of one byte. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controls = /[\0-\x08\x0e-\x1a\x1c-\x1f]/
/** So much of a body tells whether it is UTF-16, bytes. */
const looked = 64

/**
 * A body as the text that it is: UTF-8, UTF-16 (by its mark, its charset, or every second byte being zero), or, where it has no control characters, an
 * encoding of one byte for each character, such as ISO 8859-1: which one does not matter, since beyond ASCII nothing is compared.
 * @returns `undefined` for what is no text.
 */
export function decodedText(bytes: Uint8Array, mediaType: string | undefined): DecodedText | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const order = utf16Order(buffer, mediaType)
  if (order !== undefined) return utf16(buffer, order)
  if (isUtf8(bytes)) return { text: buffer.toString('utf8'), encode: (text) => Buffer.from(text, 'utf8') }
  const text = buffer.toString('latin1')
  return controls.test(text) ? undefined : { text, encode: (changed) => Buffer.from(changed, 'latin1') }
}

type ByteOrder = 'le' | 'be'

function utf16(buffer: Buffer, order: ByteOrder): DecodedText {
  const swapped = (bytes: Buffer): Buffer => (order === 'be' ? Buffer.from(bytes).swap16() : bytes)
  return { text: swapped(buffer).toString('utf16le'), encode: (text) => swapped(Buffer.from(text, 'utf16le')) }
}

function utf16Order(buffer: Buffer, mediaType: string | undefined): ByteOrder | undefined {
  if (buffer.length < 4 || buffer.length % 2 !== 0) return undefined
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return 'le'
  if (buffer[0] === 0xfe && buffer[1] === 0xff) return 'be'
  const named = /charset="?utf-?16(le|be)?/i.exec(mediaType ?? '')
  if (named !== null) return named[1]?.toLowerCase() === 'be' ? 'be' : 'le'
  return zerosEverySecond(buffer, 1) ? 'le' : zerosEverySecond(buffer, 0) ? 'be' : undefined
}

/** Text in Latin letters has a zero in every second byte, and nowhere else. */
function zerosEverySecond(buffer: Buffer, first: 0 | 1): boolean {
  const end = Math.min(buffer.length, looked)
  if (end < 8) return false
  for (let at = 0; at < end; at++) if ((buffer[at] === 0) !== (at % 2 === first)) return false
  return true
}
