import { mainScope, scopes, type DrawStreams, type Scope, type Timeline } from '@retake/core'

/**
 * The scope of a connection whose driver writes on its own account: it sends what is left of a query from the socket's
 * 'data' event or from a `setImmediate`. The connection lives in one of these from its beginning; whoever reads `take`
 * while something is written gets the take of the query that the driver is working on.
 *
 * It is a moving target: read it when it is met; `asMuted` gives the real, muted scope of the moment to keep.
 */
export class CarriedScope implements Scope {
  /** Scope of the query at work; `undefined` outside any take. */
  current: Scope | undefined = undefined
  readonly muted = true

  get take(): number {
    return this.#actual?.take ?? 0
  }
  get draws(): DrawStreams {
    return (this.#actual as Scope).draws
  }
  get timeline(): Timeline {
    return (this.#actual as Scope).timeline
  }
  get asMuted(): Scope {
    return this.#actual?.asMuted ?? this
  }
  get asHeard(): Scope {
    return this.#actual?.asHeard ?? this
  }
  get #actual(): Scope | undefined {
    return this.current ?? mainScope.current
  }

  /** Runs the driver's code for this connection, and all that follows from it. */
  run<Result>(run: () => Result): Result {
    return scopes.run(this, run)
  }
}

/** The scope of the caller, seen through a connection's carried one. */
export function callingScope(): Scope | undefined {
  const scope = scopes.getStore()
  return scope instanceof CarriedScope ? scope.current : scope
}
