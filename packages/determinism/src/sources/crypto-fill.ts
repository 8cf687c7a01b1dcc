import type { PatchRegistry, Scope } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'

type Crypto = import('node:crypto').webcrypto.Crypto
type Fillable = ArrayBufferLike | NodeJS.ArrayBufferView
type FillCallback = (error: Error | null, buffer: Fillable) => void

/** Random functions that fill memory of the caller: `randomFillSync`, `randomFill`, `getRandomValues`. */
export function replaceCryptoFill(patches: PatchRegistry): void {
  const crypto = process.getBuiltinModule('node:crypto')
  if (isStandIn(crypto.randomFillSync)) return
  const nativeSync = crypto.randomFillSync as unknown as (buffer: Fillable, offset?: number, size?: number) => Fillable
  patches.replace(
    crypto,
    'randomFillSync',
    standIn(nativeSync, (buffer: Fillable, offset?: number, size?: number): Fillable => {
      const scope = drawingScope()
      const part = scope === undefined ? undefined : partOf(buffer, offset, size)
      if (part === undefined) return nativeSync(buffer, offset, size)
      fill(scope!, part, () => void nativeSync(part))
      return buffer
    }),
  )

  const native = crypto.randomFill as unknown as (buffer: Fillable, ...rest: unknown[]) => void
  patches.replace(
    crypto,
    'randomFill',
    standIn(native, (buffer: Fillable, ...rest: unknown[]): void => {
      const callback = rest.find((argument) => typeof argument === 'function') as FillCallback | undefined
      const scope = drawingScope()
      const part = scope === undefined || callback === undefined ? undefined : partOf(buffer, rest[0], rest[1])
      if (part === undefined || part.byteLength === 0) return native(buffer, ...rest)
      const deliver = scope!.timeline.job('randomness')
      native(part, (error: Error | null) => {
        deliver(() => {
          if (error === null || error === undefined) fill(scope!, part, () => {})
          callback!(error, buffer)
        })
      })
    }),
  )
}

/** `crypto.getRandomValues` and `crypto.randomUUID` of both crypto objects: the module's own forward to the prototype. */
export function replaceWebCrypto(patches: PatchRegistry): void {
  const { webcrypto } = process.getBuiltinModule('node:crypto')
  const prototype = Object.getPrototypeOf(webcrypto) as Crypto
  const nativeValues = prototype.getRandomValues
  if (isStandIn(nativeValues)) return
  patches.replace(
    prototype,
    'getRandomValues',
    standIn(nativeValues, function getRandomValues(this: Crypto, array: NodeJS.TypedArray): NodeJS.TypedArray {
      const scope = drawingScope()
      const part = scope === undefined || this !== webcrypto || !isIntegerArray(array) ? undefined : partOf(array)
      // 65,536 bytes are the most that one call may ask for (Web Cryptography API, section 10.1.1).
      if (part === undefined || part.byteLength > 65_536) return nativeValues.call(this, array as never) as NodeJS.TypedArray
      fill(scope!, part, () => void nativeValues.call(webcrypto, part as never))
      return array
    }),
  )

  const nativeUuid = prototype.randomUUID
  const readUuid = (): string => nativeUuid.call(webcrypto)
  patches.replace(
    prototype,
    'randomUUID',
    standIn(nativeUuid, function randomUUID(this: Crypto): string {
      const scope = drawingScope()
      return scope === undefined || this !== webcrypto ? nativeUuid.call(this) : scope.draws.text('uuid', readUuid)
    }),
  )
}

/** Fills `part`: `native` does it in place, unless the draws have something else. */
function fill(scope: Scope, part: Uint8Array, native: () => void): void {
  const drawn = scope.draws.bytes('bytes', part.byteLength, () => {
    native()
    return part
  })
  if (drawn !== part) part.set(drawn)
}

/** The bytes that shall be filled; `undefined` when the arguments are wrong, which the native then says. */
function partOf(buffer: unknown, offset: unknown = 0, size?: unknown): Uint8Array | undefined {
  let bytes: Uint8Array
  let unit = 1
  if (ArrayBuffer.isView(buffer)) {
    bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    unit = (buffer as { readonly BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1
  } else if (buffer instanceof ArrayBuffer || (typeof SharedArrayBuffer === 'function' && buffer instanceof SharedArrayBuffer)) {
    bytes = new Uint8Array(buffer)
  } else return undefined
  const from = typeof offset === 'function' ? 0 : offset
  if (typeof from !== 'number' || !Number.isInteger(from) || from < 0 || from * unit > bytes.byteLength) return undefined
  const rest = bytes.byteLength - from * unit
  if (typeof offset === 'function' || size === undefined || typeof size === 'function') return bytes.subarray(from * unit)
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || size * unit > rest) return undefined
  return bytes.subarray(from * unit, (from + size) * unit)
}

function isIntegerArray(array: unknown): boolean {
  return (
    ArrayBuffer.isView(array) && !(array instanceof DataView) && !/^(?:Float|Data)/.test(Object.prototype.toString.call(array).slice(8))
  )
}
