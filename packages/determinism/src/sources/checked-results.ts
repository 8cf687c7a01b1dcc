import type { PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'
import { decrypted, isSigned } from './withheld-keys.ts'

type Crypto = typeof import('node:crypto')
type AnyMethod = (this: unknown, ...args: never[]) => unknown
type VerifyCallback = (error: Error | null, valid?: boolean) => void

/**
 * The other side of `logResults`: recorded signatures hold for keys that were generated anew, and what was encrypted for
 * them can be read.
 */
export function checkResults(patches: PatchRegistry): void {
  const crypto = process.getBuiltinModule('node:crypto')
  if (isStandIn(crypto.Verify.prototype.verify)) return
  checkVerify(crypto, patches)
  checkVerifier(crypto, patches)
  checkPrivateDecrypt(crypto, patches)
  checkSubtle(crypto, patches)
}

function checkVerify(crypto: Crypto, patches: PatchRegistry): void {
  const native = crypto.verify as unknown as (...args: unknown[]) => unknown
  const verify = (algorithm: unknown, data: unknown, key: unknown, signature: unknown, callback?: VerifyCallback): unknown => {
    const scope = drawingScope()
    const isKnown = (): boolean => scope !== undefined && isSigned(scope, key, data, signature)
    if (callback === undefined) return native(algorithm, data, key, signature) || isKnown()
    if (typeof callback !== 'function') return native(algorithm, data, key, signature, callback)
    return native(algorithm, data, key, signature, (error: Error | null, valid?: boolean) =>
      error ? callback(error) : callback(error, valid === true || isKnown()),
    )
  }
  patches.replace(crypto, 'verify', standIn(native, verify))
}

function checkVerifier(crypto: Crypto, patches: PatchRegistry): void {
  type Verify = (this: unknown, key: unknown, signature: unknown, encoding?: BufferEncoding) => boolean
  const { prototype } = crypto.Verify as unknown as { readonly prototype: { verify: Verify } }
  const native = prototype.verify
  const verify: Verify = function (key, signature, encoding) {
    if (native.call(this, key, signature, encoding)) return true
    const scope = drawingScope()
    if (scope === undefined) return false
    return isSigned(scope, key, undefined, typeof signature === 'string' ? Buffer.from(signature, encoding) : signature)
  }
  patches.replace(prototype, 'verify', standIn(native, verify))
}

function checkPrivateDecrypt(crypto: Crypto, patches: PatchRegistry): void {
  const native = crypto.privateDecrypt
  const decrypt = (key: never, bytes: never): Buffer => {
    const scope = drawingScope()
    const known = scope === undefined ? undefined : decrypted(scope, key, bytes)
    return known === undefined ? native(key, bytes) : Buffer.from(known)
  }
  patches.replace(crypto, 'privateDecrypt', standIn(native, decrypt))
}

/** In the native order: known results are put in place of what it says when it is done. */
function checkSubtle(crypto: Crypto, patches: PatchRegistry): void {
  const prototype = Object.getPrototypeOf(crypto.webcrypto.subtle) as { [name in 'verify' | 'decrypt']: AnyMethod }
  const { verify, decrypt } = prototype as unknown as {
    verify(this: unknown, ...args: readonly unknown[]): Promise<boolean>
    decrypt(this: unknown, ...args: readonly unknown[]): Promise<ArrayBuffer>
  }
  const verifyKnown = function (this: unknown, ...args: readonly unknown[]): Promise<boolean> {
    const scope = drawingScope()
    const [, key, signature, data] = args
    const isKnown = scope !== undefined && isSigned(scope, key, data, signature)
    const verified = verify.apply(this, args as unknown[])
    return isKnown ? verified.then(() => true) : verified
  }
  const decryptKnown = function (this: unknown, ...args: readonly unknown[]): Promise<ArrayBuffer> {
    const scope = drawingScope()
    const known = scope === undefined ? undefined : decrypted(scope, args[1], args[2])
    const opened = decrypt.apply(this, args as unknown[])
    if (known === undefined) return opened
    const plain = (): ArrayBuffer => new Uint8Array(known).buffer
    return opened.then(plain, plain)
  }
  patches.replace(prototype, 'verify', standIn(prototype.verify, verifyKnown as AnyMethod))
  patches.replace(prototype, 'decrypt', standIn(prototype.decrypt, decryptKnown as AnyMethod))
}
