import { scopes, type PatchRegistry, type Scope } from '@retake/core'
import { Stamped } from '../stamp.ts'

/** The scope in which a request of undici's was made. */
class RequestScope extends Stamped {
  #scope: Scope | undefined
  constructor(request: object, scope: Scope | undefined) {
    super(request)
    this.#scope = scope
  }
  /** @returns The scope, or the one given where none was noted. */
  static get(request: object, otherwise: Scope | undefined): Scope | undefined {
    return #scope in request ? request.#scope : otherwise
  }
}

interface RequestMessage {
  readonly request: object
}

/**
 * The built-in `fetch` is a bundled undici that no module hook sees (nor one in an app's bundle). A request that meets a
 * connection which is being closed waits for its 'close' event, and is written from there: in the async context of
 * whoever made that connection. undici says when a request is made, by its caller, and right before it is written.
 *
 * @note `enterWith`, since a channel cannot run what follows in another context. It lasts until the turn in which undici
 * goes on by itself is over.
 */
export function carryFetchRequests(patches: PatchRegistry): void {
  const { subscribe, unsubscribe } = process.getBuiltinModule('node:diagnostics_channel')
  const listeners: { readonly [channel: string]: (message: unknown) => void } = {
    'undici:request:create': (message) => {
      new RequestScope((message as RequestMessage).request, scopes.getStore())
    },
    'undici:client:sendHeaders': (message) => {
      const current = scopes.getStore()
      const scope = RequestScope.get((message as RequestMessage).request, current)
      if (scope !== current) scopes.enterWith(scope as Scope)
    },
  }
  for (const [channel, listener] of Object.entries(listeners)) {
    subscribe(channel, listener)
    patches.onUndo(() => unsubscribe(channel, listener))
  }
}
