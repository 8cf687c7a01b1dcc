import type { JobKind, PatchRegistry } from '@retake/core'
import { orderFileJobs } from './file-jobs.ts'
import { orderCallback, orderPromise } from './ordered.ts'
import { orderZlibJobs } from './zlib-streams.ts'

type Holder = { [name: string]: unknown }

const cryptoJobs: readonly (readonly [string, JobKind])[] = [
  ['pbkdf2', 'pbkdf2'],
  ['scrypt', 'scrypt'],
  ['hkdf', 'hkdf'],
  ['verify', 'signature'],
  ['checkPrime', 'prime'],
  ['diffieHellman', 'key'],
  ['decapsulate', 'key'],
  ['argon2', 'argon2'],
]
const subtleJobs = [
  'decapsulateBits',
  'decapsulateKey',
  'decrypt',
  'deriveBits',
  'deriveKey',
  'digest',
  'exportKey',
  'getPublicKey',
  'importKey',
  'unwrapKey',
  'verify',
  'wrapKey',
]

/**
 * Work that the thread pool does. Its results are the same each time; the order in which they come is not, and is kept.
 * `subtle` and `fs.promises` come a microtask later than they would, when recorded as when played back.
 */
export function orderThreadPool(patches: PatchRegistry): void {
  const crypto = process.getBuiltinModule('node:crypto')
  for (const [name, kind] of cryptoJobs) orderCallback(crypto as unknown as Holder, name, kind, patches)
  orderZlibJobs(patches)
  orderFileJobs(patches)
  const subtle = Object.getPrototypeOf(crypto.webcrypto.subtle) as Holder
  for (const name of subtleJobs) orderPromise(subtle, name, 'webcrypto', patches)
}
