import type { JobKind, PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'

type AnyFunction = (...args: unknown[]) => unknown

const cryptoJobs: readonly (readonly [string, JobKind])[] = [
  ['pbkdf2', 'pbkdf2'],
  ['scrypt', 'scrypt'],
  ['hkdf', 'hkdf'],
  ['sign', 'signature'],
  ['verify', 'signature'],
  ['checkPrime', 'prime'],
]

const zlibJobs = ['gzip', 'gunzip', 'deflate', 'inflate', 'deflateRaw', 'inflateRaw', 'unzip', 'brotliCompress', 'brotliDecompress', 'zstdCompress', 'zstdDecompress']

/**
 * Work that the thread pool does for a callback. Its results are the same each time; the order in which they come is not,
 * and is kept. (Streams of `zlib` and `fs` deliver in their own order, which only other sources can disturb.)
 */
export function orderThreadPool(patches: PatchRegistry): void {
  const crypto = process.getBuiltinModule('node:crypto') as unknown as { [name: string]: unknown }
  for (const [name, kind] of cryptoJobs) orderCallback(crypto, name, kind, patches)
  const zlib = process.getBuiltinModule('node:zlib') as unknown as { [name: string]: unknown }
  for (const name of zlibJobs) orderCallback(zlib, name, 'zlib', patches)
}

/** Makes a function that takes a callback last deliver to it in the recorded turn. */
function orderCallback(module: { [name: string]: unknown }, name: string, kind: JobKind, patches: PatchRegistry): void {
  const native = module[name] as AnyFunction | undefined
  if (typeof native !== 'function' || isStandIn(native)) return
  patches.replace(
    module,
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
