/** A value of a differing member as the comparison shows it: JSON of a body's member, or the text of a header. */
const quotedText = /^"(?:[^"\\]|\\.)*"$/s

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const hex = /^[0-9a-f]{8,}$/
/** Longer texts hold more than one value. */
const longest = 200

/**
 * The narrowest form that all values share, as a regular expression: the same text but for the digits in it (`app-4711`,
 * times), a UUID, hexadecimal digits of one length.
 * @returns `undefined` when they are no texts, or have no form in common: then only type and presence can be held.
 */
export function formOf(values: readonly string[]): string | undefined {
  const texts = values.map(textIn)
  const [first] = texts
  if (first === undefined || first.length > longest || texts.includes(undefined)) return undefined
  const all = texts as readonly string[]
  if (all.every((text) => uuid.test(text))) return '^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$'
  if (all.every((text) => hex.test(text) && text.length === first.length)) return `^[0-9a-f]{${first.length}}$`
  if (!/\d/.test(first) || !all.every((text) => withoutDigits(text) === withoutDigits(first))) return undefined
  return `^${first
    .split(/\d+/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('\\d+')}$`
}

function textIn(value: string): string | undefined {
  if (!quotedText.test(value)) return undefined
  try {
    return JSON.parse(value) as string
  } catch {
    return undefined
  }
}

function withoutDigits(text: string): string {
  return text.replace(/\d+/g, '#')
}
