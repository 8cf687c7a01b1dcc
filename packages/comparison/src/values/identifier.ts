import { type Certainty, drawnToken } from './drawn-token.ts'
import { standardIdentifier } from './standard-identifier.ts'

/** What an id or a token is: two are alike only when their formats are equal. */
export interface Identifier {
  /** `uuid 4`, `ulid`, `token base64 20`, `ord_ + …`: class and format in one. */
  readonly format: string
  /** The part that was drawn, in one spelling: what other mentions of the same thing have in common. */
  readonly core: string
  /** The moment at which it was made, ms, where it tells. */
  readonly mintedAt?: number
  /** It only looks drawn; of data that looks so too, most characters stay the same when it changes. */
  readonly isGuess?: boolean
}

/** A token has 64 bytes at most; what is longer is content (an image, a document), unless its name says otherwise. */
export const longestToken = 88
const longestNamedToken = 4096
const tokenName = /cursor|token|sess|sid$|csrf|xsrf|nonce|state|next|page|secret|signature/i

/**
 * Recognises what programs draw or mint: UUID, ULID, ObjectId, KSUID, cuid, prefixed ids, signed cookies, hex and other
 * random tokens. Words, slugs, versions, SKUs, coupon codes, licence keys and account numbers are data and are not
 * recognised, whatever their length.
 * @param name Name of the value: tokens that are called so may be long.
 * @param certainty How sure it must be.
 */
export function identifierOf(text: string, name = '', certainty: Certainty = 'alone'): Identifier | undefined {
  if (text.length < 10 || text.length > longestNamedToken) return undefined
  const known =
    standardIdentifier(text, certainty) ?? prefixedOf(text, certainty) ?? signedOf(text) ?? traceOf(text) ?? hashOfPassword(text)
  if (known !== undefined) return known
  return text.length <= longestToken || tokenName.test(name) ? drawnToken(text, certainty) : undefined
}

/** `ord_8fK2…`: the prefix is meaning (`pk_live_`, `pk_test_`), the rest is drawn. */
function prefixedOf(text: string, certainty: Certainty): Identifier | undefined {
  const parts = /^((?:(?:[a-z][a-z\d]{1,11}|[A-Z]{2,10})[_-]){1,4})([\dA-Za-z+/]{8,250}={0,2})(?:(_secret_)([\dA-Za-z]{8,64}))?$/.exec(text)
  if (parts === null) return undefined
  const [, prefix = '', rest = '', between, secret = ''] = parts
  const inner = standardIdentifier(rest, certainty) ?? drawnToken(rest, certainty)
  if (inner === undefined) return undefined
  const format = `${prefix} + ${inner.format}`
  return between === undefined ? { ...inner, format } : { ...inner, format: `${format}${between}${secret.length}`, core: rest + secret }
}

/** The part before the signature. */
export const signed: RegExp = /^s:([\w-]{8,128})\.(?:[A-Za-z\d+/]{27}|[A-Za-z\d+/]{43})$/

/** `s:<id>.<signature>`, as express-session and cookie-parser sign. */
function signedOf(text: string): Identifier | undefined {
  const parts = signed.exec(text)
  const inner = parts === null ? undefined : identifierOf(parts[1] ?? '')
  return inner === undefined ? undefined : { format: `signed ${inner.format}`, core: inner.core }
}

/** W3C Trace Context, where being sampled is no noise, and the ids of X-Ray. */
function traceOf(text: string): Identifier | undefined {
  const parts = /^(\d\d)-[\da-f]{32}-[\da-f]{16}-(\d\d)$/.exec(text)
  if (parts !== null) return { format: `traceparent ${parts[1]} ${parts[2]}`, core: text }
  return /^1-[\da-f]{8}-[\da-f]{24}$/.test(text) ? { format: 'x-ray', core: text } : undefined
}

/** Hashes of passwords have their algorithm and its cost in front, and a salt that was drawn. */
function hashOfPassword(text: string): Identifier | undefined {
  const bcrypt = /^(\$2[abxy]\$\d\d\$)[./\dA-Za-z]{53}$/.exec(text)
  if (bcrypt !== null) return { format: `bcrypt ${bcrypt[1]}`, core: text }
  const phc = /^(\$[a-z\d-]{1,32}(?:\$v=\d{1,10})?(?:\$[a-z\d-]{1,32}=[\w,=.+/-]{1,200})?)\$([\w+/.-]{8,128})\$([\w+/.-]{8,200})$/.exec(
    text,
  )
  return phc === null ? undefined : { format: `password ${phc[1]} ${phc[2]?.length} ${phc[3]?.length}`, core: text }
}
