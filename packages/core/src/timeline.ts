import type { DrawRun, JobKind } from './draw.ts'

/** What was delivered to a take: a chunk of an interaction's outcome, a timer that fired, or a thread-pool job. */
export interface OrderToken {
  readonly kind: 'call' | 'timer' | 'job'
  /** `call`: the interaction's id in its take. `timer`, `job`: ordinal of creation in the take. From 0. */
  readonly id: number
  /** `call`: index of the chunk in the outcome; the chunk after the last is the ending. `timer`: how often it had fired. */
  readonly part: number
  /**
   * When it was delivered: ms since the take began, fractional. Neighbouring `call` tokens with exactly the same `at`
   * came to the app in one piece (one read of a socket) and are delivered in one macrotask again.
   */
  readonly at: number
}

/**
 * A stretch of a take between two deliveries, with the draws made in it. The first segment has no token: it is the take's
 * beginning. A segment with the token of an earlier one (or again without one) adds to that one: it came in a later
 * increment of the cassette.
 */
export interface Segment {
  readonly token: OrderToken | undefined
  readonly draws: readonly DrawRun[]
}

/** A timer as a take's code sees it before it is dressed as Timeout or Immediate. */
export interface TimelineTimer {
  cancel(): void
  /** Counts from now again, also when it has fired or was cancelled. */
  refresh(): void
  /** Whether it keeps the process alive. */
  hold(keepsAlive: boolean): void
}

/**
 * The order of completions of one take. A recording session lets everything happen natively and logs what was
 * delivered; a replaying one delivers in the recorded order, one delivery per macrotask, and moves the clock there.
 */
export interface Timeline {
  /**
   * A timer set by the take's own code.
   * @param delay ms, at least 1; `undefined` for an immediate.
   * @param repeats `true` for an interval.
   * @param fire Runs the callback. The timeline calls it in the async context in which the timer was set.
   * @param entry The patched function that was called; whoever called that one set the timer.
   * @returns `undefined` when the timer shall be native: the caller then asks {@link observe} and sets a native one.
   */
  timer(delay: number | undefined, repeats: boolean, fire: () => void, entry: CallableFunction): TimelineTimer | undefined
  /**
   * A native timer is set by the take's own code (only asked after `timer` returned `undefined`).
   * @returns What to call each time just before the callback runs.
   */
  observe(delay: number | undefined, repeats: boolean): () => void
  /**
   * A thread-pool job (asynchronous randomness, scrypt, ...) begins.
   * @returns `deliver(run)`, to be called in the job's async context when it is done: runs `run` in its turn.
   */
  job(kind: JobKind): (run: () => void) => void
}
