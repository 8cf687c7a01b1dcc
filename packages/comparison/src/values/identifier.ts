/** What an id or a token is: two are alike only when these are equal. */
export interface Identifier {
  /** `uuid 4`, `ulid`, `token base62 20`, `ord_ + …`: class and format in one. */
  readonly format: string
  /** The moment at which it was made, ms, where it tells. */
  readonly mintedAt?: number
  /** It is a hash, or may be one. */
  readonly isHex?: boolean
}

const uuid = /^[\da-f]{8}-[\da-f]{4}-([\da-f])[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/i
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const ksuidEpoch = 1_400_000_000_000

/**
 * Recognises what programs draw or mint: UUID, ULID, ObjectId, KSUID, cuid, prefixed ids, hex and other random tokens.
 * Words, slugs, versions, SKUs, coupon codes and addresses are data and are not recognised, whatever their length.
 */
export function identifierOf(text: string): Identifier | undefined {
  if (text.length < 10 || text.length > 512) return undefined
  return uuidOf(text) ?? ulidOf(text) ?? hexOf(text) ?? ksuidOf(text) ?? prefixedOf(text) ?? tokenOf(text)
}

function uuidOf(text: string): Identifier | undefined {
  const parts = uuid.exec(text)
  if (parts === null) return undefined
  if (/^[0-]+$/.test(text)) return { format: 'nil uuid' }
  const version = parts[1]?.toLowerCase() ?? ''
  const format = `uuid ${version}${text === text.toLowerCase() ? '' : ' in capitals'}`
  return version === '7' ? { format, mintedAt: Number.parseInt(text.slice(0, 8) + text.slice(9, 13), 16) } : { format }
}

function ulidOf(text: string): Identifier | undefined {
  if (!/^[0-7][\dA-HJKMNP-TV-Z]{25}$/.test(text)) return undefined
  let ms = 0
  for (const character of text.slice(0, 10)) ms = ms * 32 + crockford.indexOf(character)
  return isPlausible(ms) ? { format: 'ulid', mintedAt: ms } : undefined
}

function ksuidOf(text: string): Identifier | undefined {
  if (!/^[\dA-Za-z]{27}$/.test(text) || !isMixed(text)) return undefined
  let value = 0n
  for (const character of text) value = value * 62n + BigInt(base62.indexOf(character))
  const ms = Number(value >> 128n) * 1000 + ksuidEpoch
  return isPlausible(ms) ? { format: 'ksuid', mintedAt: ms } : undefined
}
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function hexOf(text: string): Identifier | undefined {
  if (text.length < 16 || !/^(?:[\da-f]+|[\dA-F]+)$/.test(text) || !/\d/.test(text) || !/[a-f]/i.test(text)) return undefined
  const format = `hex ${text.length}${/[A-F]/.test(text) ? ' in capitals' : ''}`
  const ms = text.length === 24 ? Number.parseInt(text.slice(0, 8), 16) * 1000 : undefined
  return ms !== undefined && isPlausible(ms) ? { format: 'object id', mintedAt: ms } : { format, isHex: true }
}

/** `ord_8fK2…`: the prefix is meaning (`pk_live_`, `pk_test_`), the rest is drawn. */
function prefixedOf(text: string): Identifier | undefined {
  const parts = /^((?:[A-Za-z][\dA-Za-z]{0,15}[_-]){1,4})([\dA-Za-z]{8,})$/.exec(text)
  const rest = parts?.[2] ?? ''
  if (parts === null) return undefined
  const inner = ulidOf(rest) ?? hexOf(rest) ?? ksuidOf(rest)
  if (inner !== undefined) return { ...inner, format: `${parts[1]} + ${inner.format}` }
  return isMixed(rest) ? { format: `${parts[1]} + ${alphabet(rest)} ${rest.length}` } : undefined
}

function tokenOf(text: string): Identifier | undefined {
  if (!/^[\w+/~-]+={0,2}$/.test(text) || !isMixed(text)) return undefined
  return { format: `token ${alphabet(text)} ${text.length}` }
}

/**
 * Whether a text looks drawn: kinds of characters change far more often than in anything that people name. In random
 * base62 they change at 62 % of the places, in random base36 at 40 %, in `acme-corporation-2026` at 15 %.
 */
function isMixed(text: string): boolean {
  const kinds = Array.from(text, kindOf)
  const used = new Set(kinds)
  let changes = 0
  for (let index = 1; index < kinds.length; index++) if (kinds[index] !== kinds[index - 1]) changes++
  const rate = changes / (kinds.length - 1)
  const hasThree = used.has('digit') && used.has('lower') && used.has('upper')
  if (hasThree) return rate >= 0.35
  if (used.has('lower') && used.has('upper')) return text.length >= 16 && rate >= 0.35
  return used.has('digit') && text.length >= 16 && rate >= 0.25 && !/[A-Za-z]{6}|\d{6}/.test(text)
}

function kindOf(character: string): string {
  if (character >= '0' && character <= '9') return 'digit'
  if (character >= 'a' && character <= 'z') return 'lower'
  return character >= 'A' && character <= 'Z' ? 'upper' : 'other'
}

/** The alphabet that a token was drawn from. Base64 with and without its two extra characters is one alphabet. */
function alphabet(text: string): string {
  if (!/[A-Z]/.test(text)) return 'base36'
  if (!/[a-z]/.test(text)) return 'base32'
  return /[+/]/.test(text) ? 'base64' : 'base62'
}

/** Between 2010 and 2100. */
function isPlausible(ms: number): boolean {
  return ms >= 1_262_304_000_000 && ms <= 4_102_444_800_000
}
