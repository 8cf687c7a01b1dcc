import type { PatchRegistry } from '@retake/core'
import { wrapTransparently, type Method } from '../transparent-wrapper.ts'
import { bindCallback, runMuted, type Carrier } from './carrier.ts'

interface Pool {
  _release: Method
}

/**
 * pg-pool calls the waiting caller back from whoever releases a client: `pool.query` then ran its query in the
 * releaser's scope. Its timers (connection timeout, idle clients) are set inside `connect` and `_release`.
 */
export const pgPoolCarrier: Carrier = {
  driver: 'pg-pool',
  versions: ['>=3.0.0 <4'],
  files: [],
  main(exports, patches) {
    patchPool((exports as { prototype: Pool }).prototype, patches)
  },
}

function patchPool(prototype: Pool, patches: PatchRegistry): void {
  // OpenTelemetry wraps `connect` too, hence transparently: neither hides the other, in any order.
  wrapTransparently(patches, prototype, 'connect', (inner) => {
    return function connect(this: unknown, callback: unknown) {
      if (!inner.active) return inner.current.call(this, callback)
      return runMuted(this, inner.current, [bindCallback(callback)])
    }
  })
  const nativeRelease = prototype._release
  patches.replace(prototype, '_release', function _release(this: Pool, ...args: unknown[]) {
    return runMuted(this, nativeRelease, args)
  })
}
