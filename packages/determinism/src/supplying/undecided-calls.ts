import { AsyncResource } from 'node:async_hooks'
import { primordials } from '@retake/core'

/** What a timer sets off (an abort closes a socket) needs one or two turns of the loop; the third makes sure. */
const turns = 3

const outside = new AsyncResource('RetakeUndecided')

/**
 * Calls that were not recorded, asked while a timer waits that fired when the take was recorded. When it was recorded the timer
 * may have come before the call was sent (a first `fetch` loads half of undici), and the app gave the call up. So they are
 * decided when the timers have come, or when the recorded order does not go on.
 */
export class UndecidedCalls {
  readonly #waiting = new Set<() => void>()
  readonly #timerWaits: () => boolean
  #turnsLeft = 0
  #isScheduled = false

  /** @param timerWaits Whether a timer waits that fired when the take was recorded. */
  constructor(timerWaits: () => boolean) {
    this.#timerWaits = timerWaits
  }

  /** A timer that fired when the take was recorded has fired just now: what is given up at this moment may be because of it. */
  get timerJustFired(): boolean {
    return this.#turnsLeft > 0
  }

  /**
   * @param decide Called once, unless it is withdrawn.
   * @returns Withdraws it.
   */
  add(decide: () => void): () => void {
    this.#waiting.add(decide)
    return () => void this.#waiting.delete(decide)
  }

  /** A recorded timer is about to fire. */
  timerFires(): void {
    if (this.#waiting.size === 0) return
    this.#turnsLeft = turns
    this.#schedule()
  }

  /** A recorded timer was cancelled: perhaps none waits any more. */
  timerLeft(): void {
    if (this.#waiting.size > 0) this.#schedule()
  }

  /**
   * Nothing else can come first.
   * @returns Whether there was anything to decide.
   */
  decide(): boolean {
    if (this.#waiting.size === 0) return false
    const decided = [...this.#waiting]
    this.#waiting.clear()
    for (const decide of decided) decide()
    return true
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    outside.runInAsyncScope(primordials.setImmediate, undefined, this.#next)
  }

  readonly #next = (): void => {
    this.#isScheduled = false
    if (this.#turnsLeft > 0) this.#turnsLeft--
    if (this.#turnsLeft > 0) this.#schedule()
    else if (!this.#timerWaits()) this.decide()
  }
}
