import type { PatchRegistry, Scope } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { boundaryScope } from './fetch.ts'
import { isStandIn, standIn } from './stand-in.ts'

type RandomBytesCallback = (error: Error | null, bytes: Buffer) => void
type RandomIntCallback = (error: Error | null, value: number) => void
type CryptoModule = typeof import('node:crypto')

/** Range that undici draws the boundary of a form from. */
const boundaryRange = 1e11

/**
 * The random functions of `node:crypto`. None of them calls another through the module, so each is replaced by itself.
 * What they refuse, the native refuses.
 */
export function replaceCryptoRandom(patches: PatchRegistry): void {
  const crypto = process.getBuiltinModule('node:crypto')
  if (isStandIn(crypto.randomBytes)) return
  replaceRandomBytes(crypto, patches)
  replaceRandomInt(crypto, patches)
  replaceUuid(crypto, 'randomUUID', 'uuid', patches)
  if ('randomUUIDv7' in crypto) replaceUuid(crypto as never, 'randomUUIDv7', 'uuid7', patches)
}

/** Bytes for a caller who gets a new Buffer. */
function drawBuffer(scope: Scope, size: number, native: () => Uint8Array): Buffer {
  const bytes = scope.draws.bytes('bytes', size, native)
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function replaceRandomBytes(crypto: CryptoModule, patches: PatchRegistry): void {
  const native = crypto.randomBytes as (size: number, callback?: RandomBytesCallback) => Buffer
  const randomBytes = standIn(native, (size: number, callback?: RandomBytesCallback): Buffer | undefined => {
    const scope = drawingScope()
    if (scope === undefined || !Number.isInteger(size) || size < 0 || size > 2 ** 31 - 1) return native(size, callback)
    if (callback === undefined) return drawBuffer(scope, size, () => native(size))
    if (typeof callback !== 'function') return native(size, callback)
    const deliver = scope.timeline.job('randomness')
    native(size, function (this: unknown, error, bytes) {
      deliver(() =>
        error === null
          ? callback.call(
              this,
              null,
              drawBuffer(scope, size, () => bytes),
            )
          : callback.call(this, error, bytes),
      )
    })
    return undefined
  })
  // `prng`, `rng` and `pseudoRandomBytes` are getters that return the same function.
  for (const name of ['randomBytes', 'prng', 'rng', 'pseudoRandomBytes']) {
    if (name in crypto) patches.replace(crypto, name, randomBytes)
  }
}

function replaceRandomInt(crypto: CryptoModule, patches: PatchRegistry): void {
  const native = crypto.randomInt as unknown as (...args: unknown[]) => unknown
  patches.replace(
    crypto,
    'randomInt',
    standIn(native, (...args: unknown[]): unknown => {
      const [first, second, third] = args
      const hasMin = typeof second === 'number'
      const min = hasMin ? (first as number) : 0
      const max = hasMin ? second : (first as number)
      const callback = (hasMin ? third : second) as RandomIntCallback | undefined
      const scope = drawingScope() ?? (max === boundaryRange ? boundaryScope.current : undefined)
      if (scope === undefined || !Number.isSafeInteger(min) || !Number.isSafeInteger(max) || max <= min || max - min > 2 ** 48 - 1) {
        return native(...args)
      }
      // What was drawn from another range (the code changed) is folded into this one.
      const draw = (make: () => number): number => {
        const value = scope.draws.number('int', make)
        return value >= min && value < max ? value : min + (Math.abs(value) % (max - min))
      }
      if (callback === undefined) return draw(() => native(min, max) as number)
      if (typeof callback !== 'function') return native(...args)
      const deliver = scope.timeline.job('randomness')
      native(min, max, (error: Error | null, value: number) => {
        deliver(() =>
          error === null || error === undefined
            ? callback(
                error,
                draw(() => value),
              )
            : callback(error, value),
        )
      })
      return undefined
    }),
  )
}

function replaceUuid<Name extends string>(
  crypto: { readonly [name in Name]: (options?: object) => string },
  name: Name,
  kind: 'uuid' | 'uuid7',
  patches: PatchRegistry,
): void {
  const native = crypto[name]
  const draw = (): string => native()
  patches.replace(
    crypto,
    name,
    standIn(native, (options?: object): string => {
      const scope = drawingScope()
      if (scope === undefined) return native(options)
      if (options === undefined) return scope.draws.text(kind, draw)
      // Wrong options get the native error.
      return typeof options === 'object' && options !== null ? scope.draws.text(kind, () => native(options)) : native(options)
    }),
  )
}
