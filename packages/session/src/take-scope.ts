import type { DrawStreams, Scope, Timeline } from '@retake/core'

/** The scope of one take. */
export class TakeScope implements Scope {
  readonly take: number
  readonly muted: boolean
  readonly draws: DrawStreams
  readonly timeline: Timeline
  #asMuted: Scope | undefined

  constructor(take: number, draws: DrawStreams, timeline: Timeline, muted = false) {
    this.take = take
    this.draws = draws
    this.timeline = timeline
    this.muted = muted
  }

  get asMuted(): Scope {
    if (this.muted) return this
    this.#asMuted ??= new TakeScope(this.take, this.draws, this.timeline, true)
    return this.#asMuted
  }
}
