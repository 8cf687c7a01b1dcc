import { type DrawStreams, type Scope, shared, type Timeline } from '@retake/core'
import type { BackgroundJob } from './background/job.ts'
import type { Session } from './session.ts'

/** What is known of a take's life, by its scope and the muted twin. */
export interface TakeLife {
  /** What set it off has had its outcome (the response was sent); a job has none, and is over from its beginning. */
  over: boolean
  /** The job that it is a run of. */
  readonly job?: BackgroundJob
  /** Sources of timers that fired in it since it was over. */
  readonly steps: Set<string>
}

/** @param job The life is that of one of its runs. */
export function newLife(job?: BackgroundJob): TakeLife {
  return job === undefined ? { over: false, steps: new Set() } : { over: true, job, steps: new Set() }
}

/** The scope of one take. */
export class TakeScope implements Scope {
  readonly take: number
  readonly muted: boolean
  readonly draws: DrawStreams
  readonly timeline: Timeline
  /** The session that the take belongs to. */
  readonly session: Session
  readonly life: TakeLife
  readonly asHeard: Scope
  #asMuted: Scope | undefined

  /** @param heard Whose muted twin it is. */
  constructor(
    session: Session,
    take: number,
    draws: DrawStreams,
    timeline: Timeline,
    muted = false,
    life: TakeLife = newLife(),
    heard?: Scope,
  ) {
    this.session = session
    this.take = take
    this.draws = draws
    this.timeline = timeline
    this.muted = muted
    this.life = life
    this.asHeard = heard ?? this
  }

  get asMuted(): Scope {
    if (this.muted) return this
    this.#asMuted ??= new TakeScope(this.session, this.take, this.draws, this.timeline, true, this.life, this)
    return this.#asMuted
  }
}

const numbers = shared('take-numbers', () => ({ last: 0 }))

/** Numbers takes across all sessions of the process: a number alone says whose it is. */
export function nextTakeNumber(): number {
  return ++numbers.last
}

/** The take's trigger has had its outcome. */
export function endLife(scope: Scope): void {
  if (scope instanceof TakeScope) scope.life.over = true
}

/** The session that a scope belongs to. */
export function sessionOf(scope: Scope | undefined): Session | undefined {
  return scope instanceof TakeScope ? scope.session : undefined
}
