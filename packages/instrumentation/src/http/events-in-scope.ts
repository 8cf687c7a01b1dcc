import { type PatchRegistry, type Scope, scopes } from '@retake/core'
import { triggerOf } from './inbound-trigger.ts'

type Emit = (this: object, event: unknown, ...rest: unknown[]) => unknown

/** Listeners as `events` keeps them, by the name of the event. */
interface Emitter {
  readonly _events?: { readonly [event: PropertyKey]: unknown }
}

/**
 * Events of requests and responses belong to their takes. Node emits them from the parser and from the socket, whose async
 * context is the connection's: without this a handler that reads its body by `'data'` and `'end'` would lose its scope
 * there, as it loses every AsyncLocalStorage (https://nodejs.org/api/async_context.html, "Troubleshooting: Context loss").
 * @param scopeOf The scope of an emitter's take; `undefined` where it has none.
 */
export function emitInScopes(patches: PatchRegistry, prototype: object, scopeOf: (emitter: object) => Scope | undefined): void {
  const native = (prototype as { emit: Emit }).emit
  patches.replace(prototype, 'emit', function emit(this: object, event: unknown): unknown {
    // Most events of a request and a response have no listener; asking for the scope would cost more than emitting them.
    if (event !== 'error' && (this as Emitter)._events?.[event as PropertyKey] === undefined)
      return native.apply(this, arguments as unknown as [unknown])
    const scope = scopeOf(this)
    if (scope === undefined || scopes.getStore()?.take === scope.take) return native.apply(this, arguments as unknown as [unknown])
    return scopes.run(scope, applied, native, this, arguments)
  })
}

/** A function of the module: no closure is made per event. */
function applied(emit: Emit, emitter: object, args: IArguments): unknown {
  return emit.apply(emitter, args as unknown as [unknown])
}

/** Scope of the take that an inbound request began. */
export function scopeOfRequest(request: object): Scope | undefined {
  return triggerOf(request)?.scope
}

/** Scope of the take that a response ends. */
export function scopeOfResponse(response: object): Scope | undefined {
  return triggerOf((response as { readonly req?: unknown }).req)?.scope
}
