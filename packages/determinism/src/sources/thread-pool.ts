import type { JobKind, PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'

type AnyFunction = (...args: unknown[]) => unknown
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
const zlibJobs = [
  'gzip',
  'gunzip',
  'deflate',
  'inflate',
  'deflateRaw',
  'inflateRaw',
  'unzip',
  'brotliCompress',
  'brotliDecompress',
  'zstdCompress',
  'zstdDecompress',
]
const fsJobs = [
  'access',
  'appendFile',
  'chmod',
  'close',
  'copyFile',
  'cp',
  'exists',
  'fstat',
  'fsync',
  'ftruncate',
  'link',
  'lstat',
  'mkdir',
  'mkdtemp',
  'open',
  'opendir',
  'read',
  'readdir',
  'readFile',
  'readlink',
  'readv',
  'realpath',
  'rename',
  'rm',
  'rmdir',
  'stat',
  'statfs',
  'symlink',
  'truncate',
  'unlink',
  'utimes',
  'write',
  'writeFile',
  'writev',
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
  const zlib = process.getBuiltinModule('node:zlib') as unknown as Holder
  for (const name of zlibJobs) orderCallback(zlib, name, 'zlib', patches)
  const fs = process.getBuiltinModule('node:fs')
  for (const name of fsJobs) {
    orderCallback(fs as unknown as Holder, name, 'fs', patches)
    orderPromise(fs.promises as unknown as Holder, name, 'fs', patches)
  }
  const subtle = Object.getPrototypeOf(crypto.webcrypto.subtle) as Holder
  for (const name of subtleJobs) orderPromise(subtle, name, 'webcrypto', patches)
}

/** Makes a function that takes a callback last deliver to it in the recorded turn. */
function orderCallback(holder: Holder, name: string, kind: JobKind, patches: PatchRegistry): void {
  const native = holder[name] as AnyFunction | undefined
  if (typeof native !== 'function' || isStandIn(native)) return
  patches.replace(
    holder,
    name,
    standIn(native, function (this: unknown, ...args: unknown[]): unknown {
      const last = args.length - 1
      const callback = args[last]
      const scope = typeof callback === 'function' ? drawingScope() : undefined
      if (scope === undefined) return native.apply(this, args)
      let deliver: ((run: () => void) => void) | undefined
      args[last] = function (this: unknown, ...results: unknown[]): void {
        const run = (): void => void Reflect.apply(callback as AnyFunction, this, results)
        // A callback that comes before the function returns is no completion.
        if (deliver === undefined) run()
        else deliver(run)
      }
      const begun = scope.timeline.job(kind)
      const result = native.apply(this, args)
      deliver = begun
      return result
    }),
  )
}

/** The same for a function that returns a promise. */
function orderPromise(holder: Holder, name: string, kind: JobKind, patches: PatchRegistry): void {
  const native = holder[name] as AnyFunction | undefined
  if (typeof native !== 'function' || isStandIn(native)) return
  patches.replace(
    holder,
    name,
    standIn(native, function (this: unknown, ...args: unknown[]): unknown {
      const scope = drawingScope()
      return scope === undefined ? native.apply(this, args) : inTurn(scope.timeline.job(kind), native.apply(this, args) as Promise<unknown>)
    }),
  )
}

/** @returns What the work comes to, settled in the recorded turn. */
export function inTurn<T>(deliver: (run: () => void) => void, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(
      (value) => deliver(() => resolve(value)),
      (error: unknown) => deliver(() => reject(error)),
    )
  })
}
