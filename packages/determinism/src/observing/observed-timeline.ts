import { type JobKind, jobKinds, type Timeline, timerShape } from '@retake/core'
import type { DrawLog } from './draw-log.ts'
import { kindNumbers } from './observed-draws.ts'

/** Everything happens natively; what was set and what was delivered is logged. */
export class ObservedTimeline implements Timeline {
  readonly #take: number
  readonly #log: DrawLog
  #timers = 0
  #jobs = 0

  /** @param take Number of the take. */
  constructor(take: number, log: DrawLog) {
    this.#take = take
    this.#log = log
  }

  timer(): undefined {
    return undefined
  }

  observe(delay: number | undefined, repeats: boolean): () => void {
    const take = this.#take
    const log = this.#log
    const ordinal = this.#timers++
    let part = 0
    log.number(take, kindNumbers.timer, timerShape(delay, repeats))
    return () => log.timerFired(take, ordinal, part++)
  }

  job(kind: JobKind): (run: () => void) => void {
    const take = this.#take
    const log = this.#log
    const ordinal = this.#jobs++
    log.number(take, kindNumbers.job, jobKinds.indexOf(kind))
    return (run) => {
      log.jobDelivered(take, ordinal)
      run()
    }
  }
}

/** @param take Number of the take. */
export function observedTimeline(take: number, log: DrawLog): ObservedTimeline {
  return new ObservedTimeline(take, log)
}
