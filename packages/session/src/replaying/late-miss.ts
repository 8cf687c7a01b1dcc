import { primordials } from '@retake/core'
import type { Ticket } from './player.ts'

/** What is asked of the take that the call belongs to. */
export interface WaitingTake {
  /** What is on its way. */
  pending: number
  /** Whether a timer of its code is set, and has not fired yet, that fired when the take was recorded. */
  readonly timerWaits: boolean
}

/** Turns of the loop that are waited; what a timer sets off (an abort closes a socket) needs one or two. */
const turns = 50

/**
 * A call that was not recorded, asked while a timer waits for its turn. When it was recorded the timer may have come before the call was
 * sent (a first `fetch` loads half of undici), and its app gave the call up. So timers may go first: a call that is given
 * up then was none; any other is missed as ever.
 * @param miss Explains the miss, counts it, and tells the client.
 */
export function lateMiss(take: WaitingTake, miss: () => void): Ticket {
  let isOver = false
  const end = (): boolean => {
    if (isOver) return false
    isOver = true
    take.pending--
    return true
  }
  const wait = (left: number): void => {
    primordials.setImmediate(() => {
      if (isOver) return
      if (left > 0) wait(take.timerWaits ? left - 1 : Math.min(left - 1, 2))
      else if (end()) miss()
    })
  }
  take.pending++
  return { ready: () => wait(turns), abandon: () => void end() }
}
