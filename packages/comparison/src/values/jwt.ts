import { isJsonObject, type JsonValue } from '../json-value.ts'
import { parseJson } from '../parse-json.ts'

/** A JSON Web Token (RFC 7519) in compact form, decoded but not verified. */
export interface Jwt {
  readonly header: ReadonlyMap<string, JsonValue>
  readonly claims: ReadonlyMap<string, JsonValue>
  readonly signature: string
}

const compact = /^(eyJ[\w-]+)\.(eyJ[\w-]*)\.([\w-]*)$/

export function parseJwt(text: string): Jwt | undefined {
  const parts = compact.exec(text)
  if (parts === null) return undefined
  const header = decodedObject(parts[1] ?? '')
  const claims = decodedObject(parts[2] ?? '')
  return header === undefined || claims === undefined ? undefined : { header, claims, signature: parts[3] ?? '' }
}

/** Signatures of these algorithms carry randomness: two of the same claims need not be equal (RFC 7518, 3.4 and 3.5). */
export function hasRandomSignature({ header }: Jwt): boolean {
  const algorithm = header.get('alg')
  return typeof algorithm === 'string' && /^(?:ES|PS)/.test(algorithm)
}

function decodedObject(part: string): ReadonlyMap<string, JsonValue> | undefined {
  const value = parseJson(Buffer.from(part, 'base64url').toString('utf8'))
  return value !== undefined && isJsonObject(value) ? value : undefined
}
