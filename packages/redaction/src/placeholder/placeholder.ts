import { layoutOf } from './layout.ts'
import type { Layout } from './layout.ts'

const { createHmac, hash } = process.getBuiltinModule('node:crypto')

/** A result that reads as another layout is derived again; more than a few times never happens. */
const attempts = 64

/** UTF-16 units that are replaced together. */
const longestPiece = 4096

/**
 * From so many characters on no secret passes for a placeholder by chance: at least eight of them would have to fit.
 */
const certainLength = 16

/** Whether a short text is a placeholder. */
export type IsKnown = (text: string) => boolean

/** Characters at the end of a placeholder that follow from those before: what tells it from a secret. */
function checkLength(variable: number): number {
  return variable <= 3 ? variable : Math.min(12, Math.max(3, Math.ceil(variable / 2)))
}

/**
 * What a secret is replaced by: every letter by a letter of its case, every digit by a digit, separators and the marks of
 * a format (a UUID's version) as they are, each character by one of the same length in UTF-8. The same secret has the same
 * placeholder under one key, and another under another key. Redacting a placeholder gives itself.
 * @param isKnown Whether a text of less than 16 characters is a placeholder. By their looks a secret would pass for one by chance, a PIN one
 *   time in a thousand: who redacts for the first time says no, and who has a list of those that were made asks it.
 */
export function placeholderFor(secret: string, key: Uint8Array, isKnown: IsKnown = isPlaceholder): string {
  return secret.length <= longestPiece
    ? placeholderOfPiece(secret, key, isKnown)
    : piecesOf(secret)
        .map((piece) => placeholderOfPiece(piece, key, isKnown))
        .join('')
}

function placeholderOfPiece(secret: string, key: Uint8Array, isKnown: IsKnown): string {
  const layout = layoutOf(secret)
  if (layout.slots.length === 0 || (layout.slots.length >= certainLength ? isPlaceholderPiece(secret) : isKnown(secret))) return secret
  for (let attempt = 0; attempt < attempts; attempt++) {
    const stream = keyedStream(key, secret, attempt, layout.slots.length)
    const candidate = finish(layout, stream)
    // A word may turn out as hexadecimal, which has a layout of its own; then it would not be recognised.
    if (candidate !== secret && isPlaceholderPiece(candidate)) return candidate
  }
  // Two or three characters have one placeholder for each layout, and filling them may change the layout: filled again until
  // nothing moves, so that a second redaction finds nothing to do.
  let result = secret
  for (let attempt = 0; attempt < attempts && (attempt === 0 || !isPlaceholderPiece(result)); attempt++) {
    const layoutNow = layoutOf(result)
    result = finish(layoutNow, keyedStream(key, result, attempts, layoutNow.slots.length))
  }
  return result
}

/**
 * Whether a text is what {@link placeholderFor} makes, whatever the key: its last characters follow from the others. A
 * text of twelve letters and more is one by chance once in a hundred million.
 */
export function isPlaceholder(text: string): boolean {
  return text.length <= longestPiece ? isPlaceholderPiece(text) : piecesOf(text).every(isPlaceholderPiece)
}

/** Whether a text has so few characters that carry a secret that its looks do not tell for certain whether it is a placeholder. */
export function isShort(text: string): boolean {
  return text.length < longestPiece && layoutOf(text).slots.length < certainLength
}

/** Long secrets are replaced piece by piece, so that memory stays small. A pair of surrogates is not parted. */
function piecesOf(text: string): string[] {
  const pieces: string[] = []
  for (let at = 0; at < text.length;) {
    const cut = at + longestPiece
    const end = cut < text.length && (text.charCodeAt(cut) & 0xfc00) === 0xdc00 ? cut - 1 : cut
    pieces.push(text.slice(at, end))
    at = end
  }
  return pieces
}

function isPlaceholderPiece(text: string): boolean {
  const layout = layoutOf(text)
  return layout.slots.length > 0 && withCheck(layout, layout.characters) === text
}

/** Fills the slots from random bytes, and then the last ones with what follows from the first. */
function finish(layout: Layout, stream: Uint8Array): string {
  const characters = [...layout.characters]
  layout.slots.forEach(({ at, alphabet }, ordinal) => {
    characters[at] = alphabet[((stream[ordinal * 2] as number) * 256 + (stream[ordinal * 2 + 1] as number)) % alphabet.length] as string
  })
  return withCheck(layout, characters)
}

function withCheck(layout: Layout, filled: readonly string[]): string {
  const characters = [...filled]
  const from = layout.slots.length - checkLength(layout.slots.length)
  const checked = layout.slots.slice(from)
  for (const { at } of checked) characters[at] = ''
  const digest = hash('sha256', `retake placeholder\0${characters.join('\u0001')}`, 'buffer')
  checked.forEach(({ at, alphabet }, ordinal) => {
    characters[at] = alphabet[digest.readUInt16BE(ordinal * 2) % alphabet.length] as string
  })
  return characters.join('')
}

/** Two bytes for each slot. */
function keyedStream(key: Uint8Array, secret: string, attempt: number, slots: number): Uint8Array {
  const seed = createHmac('sha256', key).update(`${attempt}\0`).update(secret, 'utf16le').digest()
  const blocks: Uint8Array[] = []
  for (let block = 0; block * 32 < slots * 2; block++) blocks.push(createHmac('sha256', seed).update(`${block}`).digest())
  return Buffer.concat(blocks)
}
