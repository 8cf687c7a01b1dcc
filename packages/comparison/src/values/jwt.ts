import { isJsonObject, type JsonValue } from '../json-value.ts'
import { parseJson } from '../parse-json.ts'

/** A JSON Web Token (RFC 7519) in compact form, decoded but not verified. */
export interface Jwt {
  readonly header: ReadonlyMap<string, JsonValue>
  /** `undefined` when it is encrypted (JWE, RFC 7516). */
  readonly claims: ReadonlyMap<string, JsonValue> | undefined
  /** Everything that cannot be read: the signature, or the encrypted parts. */
  readonly sealed: string
}

const signed = /^(eyJ[\w-]+)\.(eyJ[\w-]*)\.([\w-]*)$/
const encrypted = /^(eyJ[\w-]+)\.([\w-]*\.[\w-]+\.[\w-]+\.[\w-]+)$/

export function parseJwt(text: string): Jwt | undefined {
  if (!text.startsWith('eyJ')) return undefined
  const parts = signed.exec(text)
  if (parts === null) return parseEncrypted(text)
  const header = decodedObject(parts[1] ?? '')
  const claims = decodedObject(parts[2] ?? '')
  return header === undefined || claims === undefined ? undefined : { header, claims, sealed: parts[3] ?? '' }
}

function parseEncrypted(text: string): Jwt | undefined {
  const parts = encrypted.exec(text)
  const header = decodedObject(parts?.[1] ?? '')
  return header === undefined || !header.has('enc') ? undefined : { header, claims: undefined, sealed: parts?.[2] ?? '' }
}

/** Signatures of these algorithms carry randomness: two of the same claims need not be equal (RFC 7518, 3.4 and 3.5). */
export function hasRandomSignature({ header, claims }: Jwt): boolean {
  const algorithm = header.get('alg')
  return claims === undefined || (typeof algorithm === 'string' && /^(?:ES|PS)/.test(algorithm))
}

function decodedObject(part: string): ReadonlyMap<string, JsonValue> | undefined {
  const value = parseJson(Buffer.from(part, 'base64url').toString('utf8'))
  return value !== undefined && isJsonObject(value) ? value : undefined
}
