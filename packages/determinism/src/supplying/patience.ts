import { primordials } from '@retake/core'

/** What the queue must know to be patient with the code, and no longer than that. */
export interface Patience {
  /** ms on the native clock that a delivery is waited for beyond the time that it took when it was recorded. */
  readonly stallMs: number
  /** How long, in ms, the code took at recording to ask for what is delivered at a place, from the delivery before. */
  askedAfter(place: number): number
  /** Whether what is delivered at a place is being worked on (a job that was begun). */
  isUnderWay(place: number): boolean
  /** Whether the code has evidently set something else instead of what is delivered at a place. */
  isReplaced(place: number): boolean
}

/** Turns of the event loop that are always waited: infrastructure hops through several before it asks. */
const leastTurns = 10
const longestWaitMs = 2000
/** What one turn of the loop counts at most: while something else blocks it, nobody can ask for anything. */
const longestTurnMs = 5

/** How long the head is waited for, in ms, when nothing is known of it but the log. */
export function waitLimit(patience: Patience, head: number): number {
  if (patience.isReplaced(head)) return 0
  return Math.min(longestWaitMs, patience.stallMs + 2 * patience.askedAfter(head))
}

/** Counts how long the head has been waited for: in turns of the loop first, then in ms of a loop that is not blocked. */
export class HeadWait {
  #turns = 0
  #waited = 0
  #countedAt: number | undefined

  /**
   * One more turn without the head.
   * @returns When to look again.
   */
  turn(limit: () => number): 'soon' | 'later' | 'give up' {
    const now = primordials.performanceNow()
    this.#waited += Math.min(now - (this.#countedAt ?? now), longestTurnMs)
    this.#countedAt = now
    if (this.#turns++ < leastTurns) return 'soon'
    return this.#waited < limit() ? 'later' : 'give up'
  }

  /** The head, or something else, has come. */
  over(): void {
    this.#turns = 0
    this.#waited = 0
    this.#countedAt = undefined
  }
}
