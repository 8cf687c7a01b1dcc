import { type Scope, scopes } from '@retake/core'
import type { Session } from '@retake/session'

/**
 * Names what a take starts: by the take, and the how-many-eth of its kind it is there. The same at replay, in whatever order
 * the takes run, so that a process or thread finds what its like has recorded.
 */
export class OffspringNames {
  readonly #session: Pick<Session, 'takeId'>
  /** How many were started so far by what the scope draws from, which its muted twin shares; by what they run. */
  readonly #started = new WeakMap<object, Map<string, number>>()

  constructor(session: Pick<Session, 'takeId'>) {
    this.#session = session
  }

  /**
   * @param runs What it runs: file and arguments.
   * @returns `<take>#<number>`, or nothing where no take is known.
   */
  next(runs: string): string | undefined {
    const scope: Scope | undefined = scopes.getStore()
    const take = this.#session.takeId(scope)
    if (take === undefined) return undefined
    const starter = scope === undefined || scope.take <= 0 ? this : scope.draws
    let started = this.#started.get(starter)
    if (started === undefined) this.#started.set(starter, (started = new Map()))
    const number = started.get(runs) ?? 0
    started.set(runs, number + 1)
    return `${take}#${number}`
  }
}
