import { muted, type PatchRegistry, type Scope } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { nativeObjectUrl } from './object-url.ts'
import { isStandIn, standIn } from './stand-in.ts'

/**
 * The scope whose `fetch` is being called: undici draws the boundary of a form synchronously in that call, and the
 * boundary is part of what the take sends.
 */
export const boundaryScope: { current: Scope | undefined } = { current: undefined }

/**
 * `fetch` runs muted: undici's fast timers, keep-alive and timing belong to the connection and not to the take. (The
 * promise's continuations run in the caller's scope as ever.)
 */
export function muteFetch(realm: typeof globalThis, patches: PatchRegistry): void {
  const native = realm.fetch
  if (typeof native !== 'function' || isStandIn(native)) return
  patches.replace(
    realm,
    'fetch',
    standIn(native, function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
      const scope = drawingScope()
      if (scope === undefined) return native(input, init)
      const before = boundaryScope.current
      boundaryScope.current = scope
      try {
        return muted(() => native(typeof input === 'string' ? nativeObjectUrl(input) : input, init))
      } finally {
        boundaryScope.current = before
      }
    }),
  )
}
