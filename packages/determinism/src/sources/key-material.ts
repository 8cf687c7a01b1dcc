const { createPrivateKey, createPublicKey, createSecretKey, KeyObject } = process.getBuiltinModule('node:crypto')

type KeyObject = import('node:crypto').KeyObject
type CryptoKey = import('node:crypto').webcrypto.CryptoKey
type KeyUsage = import('node:crypto').webcrypto.KeyUsage

/** A value that holds key material, as plain JSON; bytes are base64. */
export type PackedKey =
  | { readonly form: 'text'; readonly value: string }
  | { readonly form: 'bigint'; readonly value: string }
  | { readonly form: 'buffer' | 'array-buffer'; readonly value: string }
  | { readonly form: 'private' | 'public' | 'secret'; readonly value: string }
  | PackedWebKey
  | { readonly form: 'plain'; readonly value: object }

/** A key of Web Crypto; it is imported again with the arguments of the call that made it. */
export interface PackedWebKey {
  readonly form: 'web-private' | 'web-public' | 'web-secret'
  readonly value: string
  readonly usages: readonly KeyUsage[]
}

/** Parts of what a function made, by name: `privateKey`, `publicKey`, … */
export interface PackedKeys {
  readonly [part: string]: PackedKey
}

/** @returns The parts as bytes, for the log. */
export function packKeys(parts: { readonly [part: string]: unknown }): Uint8Array {
  return Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, pack(value)]))))
}

/** @param bytes From {@link packKeys}. */
export function readKeys(bytes: Uint8Array): PackedKeys {
  return JSON.parse(Buffer.from(bytes).toString()) as PackedKeys
}

/** @returns The parts again, but for keys of Web Crypto, which are imported. */
export function unpackKeys(bytes: Uint8Array): { [part: string]: unknown } {
  return Object.fromEntries(Object.entries(readKeys(bytes)).map(([name, packed]) => [name, unpack(packed)]))
}

/** PKCS #8 and SubjectPublicKeyInfo hold every type of key that Node generates. */
function pack(value: unknown): PackedKey {
  if (typeof value === 'string') return { form: 'text', value }
  if (typeof value === 'bigint') return { form: 'bigint', value: String(value) }
  if (Buffer.isBuffer(value)) return { form: 'buffer', value: value.toString('base64') }
  if (value instanceof ArrayBuffer) return { form: 'array-buffer', value: Buffer.from(value).toString('base64') }
  if (value instanceof KeyObject) return { form: value.type as 'private' | 'public' | 'secret', value: exported(value) }
  if (Object.prototype.toString.call(value) === '[object CryptoKey]') {
    const key = value as CryptoKey
    // Exported whether or not the app may: the log is not the app.
    const object = KeyObject.from(key)
    return { form: `web-${key.type}`, value: exported(object), usages: key.usages }
  }
  return { form: 'plain', value: value as object }
}

function unpack(packed: PackedKey): unknown {
  if (packed.form === 'text' || packed.form === 'plain') return packed.value
  if (packed.form === 'bigint') return BigInt(packed.value)
  const bytes = Buffer.from(packed.value, 'base64')
  if (packed.form === 'buffer') return bytes
  if (packed.form === 'array-buffer') return new Uint8Array(bytes).buffer
  return keyObject(packed.form, bytes)
}

function keyObject(form: string, bytes: Buffer): KeyObject | undefined {
  if (form === 'private') return createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })
  if (form === 'public') return createPublicKey({ key: bytes, format: 'der', type: 'spki' })
  return form === 'secret' ? createSecretKey(bytes) : undefined
}

function exported(key: KeyObject): string {
  if (key.type === 'secret') return key.export().toString('base64')
  const der = key.type === 'private' ? key.export({ format: 'der', type: 'pkcs8' }) : key.export({ format: 'der', type: 'spki' })
  return der.toString('base64')
}
