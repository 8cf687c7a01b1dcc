import type { PatchRegistry } from '@retake/core'
import { wrapTransparently, type Method } from '../transparent-wrapper.ts'
import { bindCallback, hearEvents, runMuted, type Carrier } from './carrier.ts'

interface Pool {
  readonly options?: { readonly connectionTimeoutMillis?: number }
  readonly _idle?: readonly unknown[]
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
      const bound = bindCallback(callback)
      return handsOut(this as Pool) ? inner.current.call(this, bound) : runMuted(this, inner.current, [bound])
    }
  })
  const nativeRelease = prototype._release
  patches.replace(prototype, '_release', function _release(this: Pool, ...args: unknown[]) {
    return runMuted(this, nativeRelease, args)
  })
  hearEvents(prototype, patches)
}

/** An idle client is handed out in the next tick, without a timer or a new connection: there is nothing to mute. */
function handsOut({ _idle, options }: Pool): boolean {
  return _idle !== undefined && _idle.length > 0 && options !== undefined && !options.connectionTimeoutMillis
}
