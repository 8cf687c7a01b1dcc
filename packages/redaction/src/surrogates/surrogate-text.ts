import type { Surrogates } from './surrogates.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-([1-8])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/
const hexadecimal = /^(?:[0-9a-f]+|[0-9A-F]+)$/
const base62 = /^[0-9A-Za-z]{27}$/

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const lowerHex = '0123456789abcdef'
const upperHex = '0123456789ABCDEF'
const digits = '0123456789'
const lower = 'abcdefghijklmnopqrstuvwxyz'
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** What stands for an id: of the same format, with the same time in it. */
export function surrogateText(value: string, surrogates: Surrogates): string {
  const version = uuid.exec(value)?.[1]
  if (version !== undefined) return surrogateUuid(value, version, surrogates)
  if (ulid.test(value)) return filled(value, 10, () => crockford, surrogates)
  if (hexadecimal.test(value)) {
    // An ObjectId begins with its second.
    const alphabet = value.toLowerCase() === value ? lowerHex : upperHex
    return filled(value, value.length === 24 ? 8 : 0, () => alphabet, surrogates)
  }
  // A KSUID begins with its second, too.
  return filled(value, base62.test(value) ? 6 : 0, alphabetOf, surrogates)
}

function surrogateUuid(value: string, version: string, surrogates: Surrogates): string {
  const bytes = Buffer.from(value.replaceAll('-', ''), 'hex')
  if (version === '4') return uuidText(surrogates.bytes(bytes), value)
  // Made from the time, and the sum of something else: nothing in them was drawn for this id alone.
  if (version !== '7') return value
  const made = Buffer.from(surrogates.stream('uuid7', bytes, bytes.length))
  bytes.copy(made, 0, 0, 6)
  made[6] = ((bytes[6] as number) & 0xf0) | ((made[6] as number) & 0x0f)
  made[8] = ((bytes[8] as number) & 0xc0) | ((made[8] as number) & 0x3f)
  return uuidText(made, value)
}

/** In the spelling of another. */
function uuidText(bytes: Uint8Array, like: string): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
  const text = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  return /[A-F]/.test(like) ? text.toUpperCase() : text
}

function filled(value: string, kept: number, alphabet: (character: string) => string, surrogates: Surrogates): string {
  const stream = surrogates.stream('text', Buffer.from(value), value.length)
  let made = value.slice(0, kept)
  for (let at = kept; at < value.length; at++) {
    const character = value[at] as string
    const letters = alphabet(character)
    made += letters === '' ? character : letters[(stream[at] as number) % letters.length]
  }
  return made
}

function alphabetOf(character: string): string {
  if (character >= '0' && character <= '9') return digits
  if (character >= 'a' && character <= 'z') return lower
  return character >= 'A' && character <= 'Z' ? upper : ''
}
