import { AsyncLocalStorage } from 'node:async_hooks'
import type { Scope } from './scope.ts'
import { shared } from './shared-state.ts'

/**
 * The one AsyncLocalStorage that names the scope. Two copies of the SDK in one process share it, so that they agree on
 * which take a call belongs to. Reading it costs 1 ns (Node 20) to 5 ns (Node 24): read it once per event.
 */
export const scopes: AsyncLocalStorage<Scope> = shared('scopes', () => new AsyncLocalStorage<Scope>())

/** Runs infrastructure code: what it calls belongs to the current take, what it draws does not. */
export function muted<T>(run: () => T): T {
  const scope = scopes.getStore()
  if (scope === undefined) {
    const main = mainScope.current
    return main === undefined ? run() : scopes.run(main.asMuted, run)
  }
  return scope.muted ? run() : scopes.run(scope.asMuted, run)
}

/**
 * Above 0 while code of Node's own runs synchronously whose immediates are no take's. Cheaper than {@link muted}, which makes an
 * async context; who calls code of the app meanwhile sets it to 0.
 */
export const nativeImmediates: { depth: number } = shared('native-immediates', () => ({ depth: 0 }))

/**
 * The scope of code that runs outside every take; the session sets it while `main` is observed (until the process
 * listens, or for ever in a script) and clears it afterwards. While `undefined`, draws outside a take are native.
 */
export const mainScope: { current: Scope | undefined } = shared('main-scope', () => ({ current: undefined }))
