/** A character of a text that may be replaced, and by which others. */
interface Slot {
  readonly at: number
  readonly alphabet: readonly string[]
}

/** A text as code points, and which of them carry the secret. */
export interface Layout {
  readonly characters: readonly string[]
  readonly slots: readonly Slot[]
}

const alphabets = {
  digit: range(0x30, 10),
  leading: range(0x31, 9),
  lower: range(0x61, 26),
  upper: range(0x41, 26),
  lowerHex: range(0x61, 6),
  upperHex: range(0x41, 6),
  /** Marks that stand for themselves in JSON, URLs, headers and SQL. */
  mark: ['!', '*', '~', '@'],
  twoBytes: range(0xe0, 31),
  threeBytes: range(0x4e00, 256),
  fourBytes: range(0x1_f300, 64),
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i
const hexadecimal = /^[0-9a-f-]*$|^[0-9A-F-]*$/
const shortestHexadecimal = 16
const numeric = /^-?[1-9][\d.eE+-]*$/

/** Which characters of a text are slots. A text made by filling the slots has the same layout, except by rare chance. */
export function layoutOf(text: string): Layout {
  const characters = Array.from(text)
  const isUuid = uuid.test(text)
  const isHexadecimal = text.length >= shortestHexadecimal && hexadecimal.test(text)
  const isNumeric = numeric.test(text)
  const slots: Slot[] = []
  let leading = isNumeric
  characters.forEach((character, at) => {
    // The version and the variant.
    if (isUuid && (at === 14 || at === 19)) return
    const alphabet = alphabetOf(character, isHexadecimal, isNumeric)
    if (alphabet === undefined) return
    slots.push({ at, alphabet: leading ? alphabets.leading : alphabet })
    leading = false
  })
  return { characters, slots }
}

function alphabetOf(character: string, isHexadecimal: boolean, isNumeric: boolean): readonly string[] | undefined {
  const code = character.codePointAt(0) as number
  if (code >= 0x30 && code <= 0x39) return alphabets.digit
  if (isNumeric) return undefined
  if (code >= 0x61 && code <= 0x7a) return isHexadecimal ? alphabets.lowerHex : alphabets.lower
  if (code >= 0x41 && code <= 0x5a) return isHexadecimal ? alphabets.upperHex : alphabets.upper
  if (code < 0x80) return '!*~@^?#$'.includes(character) ? alphabets.mark : undefined
  if (code < 0x800) return alphabets.twoBytes
  if (code >= 0xd800 && code <= 0xdfff) return undefined
  return code < 0x1_0000 ? alphabets.threeBytes : alphabets.fourBytes
}

function range(first: number, length: number): string[] {
  return Array.from({ length }, (_, index) => String.fromCodePoint(first + index))
}
