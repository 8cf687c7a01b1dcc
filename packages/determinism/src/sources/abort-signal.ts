import type { PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'
import { armTimeout } from './timers.ts'

/**
 * `AbortSignal.timeout` arms an internal timer. Ours is an unref'd timer of the take, as the native one is; unlike the
 * native one it keeps the signal until it fires.
 */
export function replaceAbortTimeout(realm: typeof globalThis, patches: PatchRegistry): void {
  const { AbortSignal, AbortController, DOMException } = realm
  const native = AbortSignal?.timeout
  if (typeof native !== 'function' || isStandIn(native)) return
  const timeout = standIn(native, (delay: number): AbortSignal => {
    const scope = drawingScope()
    if (scope === undefined || !Number.isInteger(delay) || delay < 0 || delay >= 2 ** 32) return native.call(AbortSignal, delay)
    const controller = new AbortController()
    const expire = (): void => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
    armTimeout(scope, false, expire, delay, [], timeout).unref()
    return controller.signal
  })
  patches.replace(AbortSignal, 'timeout', timeout)
}
