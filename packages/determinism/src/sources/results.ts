import type { PatchRegistry, Scope } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { keyOf } from './result-key.ts'
import { isStandIn, standIn } from './stand-in.ts'
import { inTurn } from './ordered.ts'
import { encrypted, namedKey, signed } from './withheld-keys.ts'

type Bytes = Uint8Array<ArrayBufferLike>
type SignCallback = (error: Error | null, signature?: Bytes) => void

/**
 * Results that hold randomness of OpenSSL's own and cannot be drawn: signatures with ECDSA, DSA, RSA-PSS and ML-DSA, and
 * encryption for a public key. The result itself is logged, under a hash of what it was made from; what was made from
 * something else is computed anew.
 */
export function logResults(patches: PatchRegistry): void {
  const crypto = process.getBuiltinModule('node:crypto')
  if (isStandIn(crypto.sign)) return
  logSign(crypto, patches)
  logSigner(crypto, patches)
  logPublicEncrypt(crypto, patches)
  logPrimeOfGroup(crypto, patches)
  logSubtle(crypto, patches)
}

/** Draws a result for a caller who gets a Buffer. */
function drawResult(scope: Scope, key: number, native: () => Bytes): Buffer {
  const bytes = scope.draws.bytes('result', key, native)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function logSign(crypto: typeof import('node:crypto'), patches: PatchRegistry): void {
  const native = crypto.sign as unknown as (algorithm: unknown, data: unknown, key: unknown, callback?: SignCallback) => Bytes
  patches.replace(
    crypto,
    'sign',
    standIn(native, (algorithm: unknown, data: unknown, key: unknown, callback?: SignCallback): Bytes | undefined => {
      const scope = drawingScope()
      if (scope === undefined) return native(algorithm, data, key, callback)
      const draw = (sign: () => Bytes): Buffer => {
        const signature = drawResult(scope, keyOf('sign', algorithm, data, namedKey(scope, key)), sign)
        signed(scope, key, data, signature)
        return signature
      }
      if (callback === undefined) return draw(() => native(algorithm, data, key))
      if (typeof callback !== 'function') return native(algorithm, data, key, callback)
      const deliver = scope.timeline.job('signature')
      native(algorithm, data, key, (error, signature) => {
        deliver(() =>
          error
            ? callback(error)
            : callback(
                error,
                draw(() => signature!),
              ),
        )
      })
      return undefined
    }),
  )
}

/** `createSign`: what went in through `update` is not kept, so the ordinal alone finds the result again. */
function logSigner(crypto: typeof import('node:crypto'), patches: PatchRegistry): void {
  const { prototype } = crypto.Sign as unknown as {
    readonly prototype: { sign(options: unknown, encoding?: BufferEncoding): Bytes | string }
  }
  const native = prototype.sign
  patches.replace(
    prototype,
    'sign',
    standIn(native, function sign(this: typeof prototype, options: unknown, encoding?: BufferEncoding): Bytes | string {
      const scope = drawingScope()
      if (scope === undefined) return native.call(this, options, encoding)
      const resultKey = keyOf('Sign.sign', namedKey(scope, options))
      const signature = drawResult(scope, resultKey, () => native.call(this, options) as Bytes)
      signed(scope, options, undefined, signature)
      return encoding === undefined || (encoding as string) === 'buffer' ? signature : signature.toString(encoding)
    }),
  )
}

function logPublicEncrypt(crypto: typeof import('node:crypto'), patches: PatchRegistry): void {
  const native = crypto.publicEncrypt
  patches.replace(
    crypto,
    'publicEncrypt',
    standIn(native, (key: unknown, data: unknown): Bytes => {
      const encrypt = (): Bytes => native(key as never, data as never)
      const scope = drawingScope()
      if (scope === undefined) return encrypt()
      const bytes = drawResult(scope, keyOf('publicEncrypt', namedKey(scope, key), data), encrypt)
      encrypted(scope, key, data, bytes)
      return bytes
    }),
  )
}

/** `createDiffieHellman` with a size generates a prime, which is public. */
function logPrimeOfGroup(crypto: typeof import('node:crypto'), patches: PatchRegistry): void {
  const native = crypto.createDiffieHellman as (...args: unknown[]) => import('node:crypto').DiffieHellman
  patches.replace(
    crypto,
    'createDiffieHellman',
    standIn(native, (...args: unknown[]) => {
      const scope = typeof args[0] === 'number' ? drawingScope() : undefined
      if (scope === undefined) return native(...args)
      let made: ReturnType<typeof native> | undefined
      const prime = scope.draws.bytes('result', keyOf('createDiffieHellman', ...args), () => (made = native(...args)).getPrime())
      return made ?? native(Buffer.from(prime), ...args.slice(1))
    }),
  )
}

/** `subtle.sign` and `subtle.encrypt`: the ones with randomness of their own are logged, all come in their turn. */
function logSubtle(crypto: typeof import('node:crypto'), patches: PatchRegistry): void {
  type Method = (this: unknown, algorithm: unknown, key: unknown, data: unknown) => Promise<ArrayBuffer>
  const prototype = Object.getPrototypeOf(crypto.webcrypto.subtle) as { sign: Method; encrypt: Method }
  for (const name of ['sign', 'encrypt'] as const) {
    const native = prototype[name]
    patches.replace(
      prototype,
      name,
      standIn(native, function (this: unknown, algorithm: unknown, key: unknown, data: unknown): Promise<ArrayBuffer> {
        const scope = drawingScope()
        if (scope === undefined) return native.call(this, algorithm, key, data)
        const result = inTurn(scope.timeline.job('webcrypto'), native.call(this, algorithm, key, data))
        if (!isRandomised(algorithm)) return result
        const resultKey = keyOf(`subtle.${name}`, algorithm, data)
        return result.then((native) => {
          const bytes = scope.draws.bytes('result', resultKey, () => new Uint8Array(native))
          if (name === 'sign') signed(scope, key, data, bytes)
          else encrypted(scope, key, data, bytes)
          return copyOf(bytes)
        })
      }),
    )
  }
}

function isRandomised(algorithm: unknown): boolean {
  const name = typeof algorithm === 'string' ? algorithm : (algorithm as { readonly name?: unknown } | null)?.name
  return typeof name === 'string' && /^(?:ECDSA|RSA-PSS|RSA-OAEP|ML-DSA.*)$/i.test(name)
}

function copyOf(bytes: Bytes): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
