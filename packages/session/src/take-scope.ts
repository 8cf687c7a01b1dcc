import { type DrawStreams, type Scope, shared, type Timeline } from '@retake/core'
import type { Session } from './session.ts'

/** The scope of one take. */
export class TakeScope implements Scope {
  readonly take: number
  readonly muted: boolean
  readonly draws: DrawStreams
  readonly timeline: Timeline
  /** The session that the take belongs to. */
  readonly session: Session
  #asMuted: Scope | undefined

  constructor(session: Session, take: number, draws: DrawStreams, timeline: Timeline, muted = false) {
    this.session = session
    this.take = take
    this.draws = draws
    this.timeline = timeline
    this.muted = muted
  }

  get asMuted(): Scope {
    if (this.muted) return this
    this.#asMuted ??= new TakeScope(this.session, this.take, this.draws, this.timeline, true)
    return this.#asMuted
  }
}

const numbers = shared('take-numbers', () => ({ last: 0 }))

/** Numbers takes across all sessions of the process: a number alone says whose it is. */
export function nextTakeNumber(): number {
  return ++numbers.last
}

/** The session that a scope belongs to. */
export function sessionOf(scope: Scope | undefined): Session | undefined {
  return scope instanceof TakeScope ? scope.session : undefined
}
