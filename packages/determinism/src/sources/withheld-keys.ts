import type { DrawStreams, Scope } from '@retake/core'
import { keyOf } from './result-key.ts'

type Bytes = Uint8Array<ArrayBufferLike>

/** What is known of the keys of one take that its log does not hold. */
interface Withheld {
  /** As objects, and as PEM or DER. */
  readonly keys: Set<unknown>
  /** Signatures that were made with them, by their bytes: a hash of what was signed, where that is known. */
  readonly signatures: Map<string, number | undefined>
  /** What was encrypted for them, by the encrypted bytes. */
  readonly plaintexts: Map<string, Bytes>
}

/**
 * Keys that are generated in a take and that its log does not hold: at replay they are other ones. Signatures and what was
 * encrypted for them are the recorded ones all the same, so that answers do not differ; the app that checks or decrypts them
 * with its new keys in the same take has to be told that they fit.
 */
const withheld: WeakMap<DrawStreams, Withheld> = new WeakMap()

/** Remembers keys. Those of start-up are left out: what is made with them is checked in other processes than this one. */
export function withhold(scope: Scope, parts: { readonly [part: string]: unknown }): void {
  if (scope.take === 0) return
  let known = withheld.get(scope.draws)
  if (known === undefined) withheld.set(scope.draws, (known = { keys: new Set(), signatures: new Map(), plaintexts: new Map() }))
  for (const part of Object.values(parts)) known.keys.add(part)
}

/** @param key Any form that `node:crypto` takes, or a key of Web Crypto. */
function knownFor(scope: Scope, key: unknown): Withheld | undefined {
  const known = withheld.get(scope.draws)
  if (known === undefined) return undefined
  return known.keys.has(key) || known.keys.has(innerKey(key)) ? known : undefined
}

function innerKey(key: unknown): unknown {
  return typeof key === 'object' && key !== null ? (key as { readonly key?: unknown }).key : undefined
}

/** The key as it counts in the name of a result: withheld ones are others at replay. */
export function namedKey(scope: Scope, key: unknown): unknown {
  if (knownFor(scope, key) === undefined) return key
  return innerKey(key) === undefined ? 'withheld' : { ...(key as object), key: 'withheld' }
}

/** @param data What was signed; `undefined` where that is not known. */
export function signed(scope: Scope, key: unknown, data: unknown, signature: Bytes): void {
  knownFor(scope, key)?.signatures.set(spelt(signature), data === undefined ? undefined : keyOf(data))
}

/** Whether this signature was made in this take, of this data, with the other half of this key. */
export function isSigned(scope: Scope, key: unknown, data: unknown, signature: unknown): boolean {
  const signatures = knownFor(scope, key)?.signatures
  const bytes = signatures === undefined ? undefined : spelt(signature)
  if (signatures === undefined || bytes === undefined || !signatures.has(bytes)) return false
  const of = signatures.get(bytes)
  return of === undefined || data === undefined || of === keyOf(data)
}

export function encrypted(scope: Scope, key: unknown, plaintext: unknown, bytes: Bytes): void {
  const known = knownFor(scope, key)
  if (known !== undefined) known.plaintexts.set(spelt(bytes), Buffer.from(asBytes(plaintext)))
}

/** What was encrypted in this take for the other half of this key. */
export function decrypted(scope: Scope, key: unknown, bytes: unknown): Bytes | undefined {
  const plaintexts = knownFor(scope, key)?.plaintexts
  return plaintexts === undefined || plaintexts.size === 0 ? undefined : plaintexts.get(spelt(bytes))
}

function spelt(bytes: unknown): string {
  return Buffer.from(asBytes(bytes)).toString('latin1')
}

function asBytes(data: unknown): Uint8Array {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : Buffer.from(String(data))
}
