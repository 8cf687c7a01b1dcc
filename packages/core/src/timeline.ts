import type { DrawRun } from './draw.ts'

/** What was delivered to a take: a chunk of an interaction's outcome, a timer that fired, or a thread-pool job. */
export interface OrderToken {
  readonly kind: 'call' | 'timer' | 'job'
  /** `call`: the interaction's id in its take. `timer`, `job`: ordinal of creation in the take. From 0. */
  readonly id: number
  /** `call`: index of the chunk in the outcome; the chunk after the last is the ending. `timer`: how often it had fired. */
  readonly part: number
  /** When it was delivered: ms since the take began. */
  readonly at: number
}

/** A stretch of a take between two deliveries, with the draws made in it. Segment 0 has no token: the take's beginning. */
export interface Segment {
  readonly token: OrderToken | undefined
  readonly draws: readonly DrawRun[]
}

/** A timer as a take's code sees it before it is dressed as Timeout or Immediate. */
export interface TimelineTimer {
  cancel(): void
  /** Counts from now again. */
  refresh(): void
}

/**
 * The order of completions of one take. A recording session lets everything happen natively and logs what was
 * delivered; a replaying one delivers in the recorded order, one delivery per macrotask, and moves the clock there.
 */
export interface Timeline {
  /**
   * A timer set by the take's own code.
   * @param delay ms; `undefined` for an immediate.
   * @param repeats `true` for an interval.
   * @param fire Runs the callback, in the scope that set the timer.
   * @returns `undefined` when the timer shall be native: the caller then sets a native one and calls `fired` of the
   *   recording through `fire`'s wrapper, see `observe`.
   */
  timer(delay: number | undefined, repeats: boolean, fire: () => void): TimelineTimer | undefined
  /**
   * A native timer was set by the take's own code (only asked after `timer` returned `undefined`).
   * @returns What to call each time just before the callback runs.
   */
  observe(): () => void
  /**
   * A thread-pool job (asynchronous randomness, scrypt, ...) begins.
   * @returns `deliver(run)`, to be called when the job is done: runs `run` in its turn.
   */
  job(): (run: () => void) => void
}
