/** What an id or a token is: two are alike only when their formats are equal. */
export interface Identifier {
  /** `uuid 4`, `ulid`, `token base64 20`, `ord_ + …`: class and format in one. */
  readonly format: string
  /** The moment at which it was made, ms, where it tells. */
  readonly mintedAt?: number
}

const uuid = /^[\da-f]{8}-[\da-f]{4}-([\da-f])[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/i
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ksuidEpoch = 1_400_000_000_000

/** A token has 64 bytes at most; what is longer is content (an image, a document), unless its name says otherwise. */
const longestToken = 88
const longestNamedToken = 4096
const tokenName = /cursor|token|sess|sid$|csrf|xsrf|nonce|state|next|page|secret|signature/i

/**
 * Recognises what programs draw or mint: UUID, ULID, ObjectId, KSUID, cuid, prefixed ids, signed cookies, hex and other
 * random tokens. Words, slugs, versions, SKUs, coupon codes, licence keys and account numbers are data and are not
 * recognised, whatever their length.
 * @param name Name of the value: tokens that are called so may be long.
 */
export function identifierOf(text: string, name = ''): Identifier | undefined {
  if (text.length < 10 || text.length > longestNamedToken) return undefined
  const known = uuidOf(text) ?? ulidOf(text) ?? hexOf(text) ?? cuidOf(text) ?? prefixedOf(text) ?? signedOf(text) ?? traceOf(text)
  if (known !== undefined) return known
  return text.length <= longestToken || tokenName.test(name) ? tokenOf(text) : undefined
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

/** KSUIDs look like any token of 27 characters, but for the time in them. */
function ksuidTime(text: string): number | undefined {
  if (!/^[\dA-Za-z]{27}$/.test(text)) return undefined
  let value = 0n
  for (const character of text) value = value * 62n + BigInt(base62.indexOf(character))
  const ms = Number(value >> 128n) * 1000 + ksuidEpoch
  return isPlausible(ms) ? ms : undefined
}

function hexOf(text: string): Identifier | undefined {
  if (text.length < 16 || text.length % 2 === 1 || !/^(?:[\da-f]+|[\dA-F]+)$/.test(text)) return undefined
  // In random hex 37 % are letters; in account numbers that begin with a country hardly any.
  const letters = text.replace(/\d+/g, '').length / text.length
  if (letters < 0.12 || letters > 0.75) return undefined
  const format = `hex ${text.length}${/[A-F]/.test(text) ? ' in capitals' : ''}`
  const ms = text.length === 24 ? Number.parseInt(text.slice(0, 8), 16) * 1000 : 0
  return isPlausible(ms) ? { format, mintedAt: ms } : { format }
}

/** cuid and cuid2: a letter, then base36. */
function cuidOf(text: string): Identifier | undefined {
  if (!/^(?:[a-z][\da-z]{23}|c[\da-z]{24})$/.test(text)) return undefined
  return text.replace(/\D+/g, '').length >= 3 && changes(text) >= 5 ? { format: `cuid ${text.length}` } : undefined
}

/** `ord_8fK2…`: the prefix is meaning (`pk_live_`, `pk_test_`), the rest is drawn. */
function prefixedOf(text: string): Identifier | undefined {
  const parts = /^((?:(?:[a-z][a-z\d]{1,11}|[A-Z]{2,10})[_-]){1,4})([\dA-Za-z]{8,64})$/.exec(text)
  if (parts === null) return undefined
  const [, prefix = '', rest = ''] = parts
  const inner = ulidOf(rest) ?? hexOf(rest) ?? cuidOf(rest) ?? tokenOf(rest)
  return inner === undefined ? undefined : { ...inner, format: `${prefix} + ${inner.format}` }
}

/** `s:<id>.<signature>`, as express-session and cookie-parser sign. */
function signedOf(text: string): Identifier | undefined {
  const parts = /^s:([\w-]{8,128})\.([A-Za-z\d+/]{27}|[A-Za-z\d+/]{43})$/.exec(text)
  const inner = parts === null ? undefined : identifierOf(parts[1] ?? '')
  return inner === undefined ? undefined : { format: `signed ${inner.format}` }
}

/** W3C Trace Context, where being sampled is no noise, and the ids of X-Ray. */
function traceOf(text: string): Identifier | undefined {
  const parts = /^(\d\d)-[\da-f]{32}-[\da-f]{16}-(\d\d)$/.exec(text)
  if (parts !== null) return { format: `traceparent ${parts[1]} ${parts[2]}` }
  return /^1-[\da-f]{8}-[\da-f]{24}$/.test(text) ? { format: 'x-ray' } : undefined
}

function tokenOf(text: string): Identifier | undefined {
  if (!/^[\dA-Za-z](?:[\w~-]*|[\dA-Za-z+/]*)={0,2}$/.test(text) && !/^[_~-][\w~-]{19,}={0,2}$/.test(text)) return undefined
  // Hex beside something else is an id with a name to it, and the name is no noise.
  if (!isMixed(text) || text.split(/[-_~]/).some((part) => part.length < text.length && hexOf(part) !== undefined)) return undefined
  const mintedAt = ksuidTime(text)
  return { format: `token ${alphabet(text)} ${text.length}`, ...(mintedAt === undefined ? {} : { mintedAt }) }
}

/**
 * Whether a text looks drawn: kinds of characters change far more often than in anything that people name. In random
 * base62 they change at 62 % of the places, in random base36 at 40 %, in `acme-corporation-2026` at 15 %.
 */
function isMixed(text: string): boolean {
  const plain = text.replace(/[^\dA-Za-z]/g, '')
  const special = text.replace(/=+$/, '').length - plain.length
  const rate = changes(plain) / Math.max(1, plain.length - 1)
  const hasLower = /[a-z]/.test(plain)
  const hasUpper = /[A-Z]/.test(plain)
  // In random base64 one character of 32 is no letter or digit; licence keys and slugs have one in four or five.
  if (hasLower && hasUpper && special > Math.max(3, plain.length / 10)) return false
  if (hasLower && hasUpper && /\d/.test(plain)) return plain.length >= 8 && rate >= 0.35
  if (hasLower && hasUpper) return plain.length >= 16 && rate >= 0.4
  return special === 0 && /\d/.test(plain) && plain.length >= 16 && rate >= 0.25 && !/[A-Za-z]{6}|\d{6}/.test(plain)
}

/** How often the kind of character changes: digit, lower case, upper case. */
function changes(text: string): number {
  let count = 0
  for (let index = 1; index < text.length; index++) if (kindOf(text.charCodeAt(index)) !== kindOf(text.charCodeAt(index - 1))) count++
  return count
}

function kindOf(code: number): number {
  if (code <= 57) return 0
  return code <= 90 ? 1 : 2
}

/** The alphabet that a token was drawn from. Base62 and the two forms of base64 cannot be told apart in a short text. */
function alphabet(text: string): string {
  if (!/[A-Z]/.test(text)) return 'base36'
  return /[a-z]/.test(text) ? 'base64' : 'base32'
}

const snowflakeEpochs: readonly number[] = [1_288_834_974_657, 1_420_070_400_000]

/**
 * The moments at which a number may have been made, were it a snowflake of X or of Discord. Whether it is one only the
 * clocks of the runs can tell.
 */
export function snowflakeTimes(source: string): readonly number[] {
  if (!/^\d{17,19}$/.test(source)) return []
  const ms = Number(BigInt(source) >> 22n)
  return snowflakeEpochs.map((epoch) => ms + epoch)
}

/** Between 2010 and 2060. */
function isPlausible(ms: number): boolean {
  return ms >= 1_262_304_000_000 && ms <= 2_840_140_800_000
}
