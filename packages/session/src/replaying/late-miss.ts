import type { Ticket } from './player.ts'

/** What is asked of the take that the call belongs to. */
export interface WaitingTake {
  /** What is on its way. */
  pending: number
  readonly playback: {
    readonly timeline: {
      afterTimers(decide: () => void): () => void
      readonly timerJustFired: boolean
    }
  }
}

/** What is done about a call that was not recorded. */
export interface MissedCall {
  /** Explains and counts the miss. @returns Tells the client. */
  miss(): () => void
  /** Counts a call that the app gave up on when a timer fired. */
  givenUp(): void
}

/**
 * A call that was not recorded, asked while a timer waits for its turn that fired when the take was recorded. The timer may have
 * come before the call was sent then, and its app gave the call up; so timers go first. A call that is given up within the
 * turns after a timer fired may be that one, and is counted apart; any other is missed, whether its app waits for it or not.
 */
export function lateMiss(take: WaitingTake, call: MissedCall): Ticket {
  const { timeline } = take.playback
  let isReady = false
  let tell: (() => void) | undefined
  let isOver = false
  const end = (): void => {
    if (isOver) return
    isOver = true
    take.pending--
  }
  const answer = (): void => {
    if (isReady && tell !== undefined && !isOver) {
      end()
      tell()
    }
  }
  const withdraw = timeline.afterTimers(() => {
    tell = call.miss()
    answer()
  })
  take.pending++
  return {
    ready: () => {
      isReady = true
      answer()
    },
    abandon: () => {
      if (isOver) return
      const isUndecided = tell === undefined
      const mayBeTimed = timeline.timerJustFired
      withdraw()
      end()
      if (isUndecided) {
        if (mayBeTimed) call.givenUp()
        else call.miss()
      }
    },
  }
}
