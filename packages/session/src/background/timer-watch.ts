import { type AppTimer, type BackgroundTimers, type Firing, mainScope, type Scope } from '@retake/core'
import { TakeScope } from '../take-scope.ts'
import { type BackgroundJob, isContinuation, jobOf, sourceOf } from './job.ts'

/** What the mode does with work in the background. */
export interface BackgroundHost {
  /** @param muted A pool's or client's own upkeep rather than the app's code. */
  runJob(job: BackgroundJob, run: () => void, muted: boolean): void
}

/**
 * Which firings of timers are work of their own (docs/decisions/background-jobs.md): those of timers that were set outside
 * every take, once the process listens; ticks of intervals, once the take that set them has had its response; and a timer
 * that sets itself again.
 */
export class TimerWatch implements BackgroundTimers {
  readonly #host: BackgroundHost
  /** Timers that `main` set, by what they run. */
  readonly #started = new Map<string, number>()

  constructor(host: BackgroundHost) {
    this.#host = host
  }

  watch(scope: Scope | undefined, timer: AppTimer): Firing | undefined {
    if (scope === undefined) return this.#outside(timer)
    if (!(scope instanceof TakeScope)) return undefined
    const { life, muted } = scope
    if (timer.repeats) {
      const source = sourceOf(timer.callback)
      return (run) => {
        if (!life.over) return false
        this.#host.runJob(jobOf(timer, source, 1), run, muted)
        return true
      }
    }
    return life.over && !muted ? this.#afterwards(scope, timer) : undefined
  }

  /** Outside of every take: start-up while `main` is observed, background from then on. */
  #outside(timer: AppTimer): Firing | undefined {
    const source = sourceOf(timer.callback)
    if (isContinuation(source)) return undefined
    const job = jobOf(timer, source, mainScope.current === undefined ? 1 : this.#ordinal(source))
    return (run) => {
      if (mainScope.current !== undefined) return false
      this.#host.runJob(job, run, false)
      return true
    }
  }

  /** After the response, or in a job: one more step of the same work, unless it is the same step again. */
  #afterwards({ life }: TakeScope, timer: AppTimer): Firing | undefined {
    const source = sourceOf(timer.callback)
    if (isContinuation(source)) return undefined
    const again = life.job?.source === source || life.steps.has(source)
    const job = life.job?.source === source ? { ...jobOf(timer, source, 1), name: life.job.name } : jobOf(timer, source, 1)
    return (run) => {
      if (!again) {
        life.steps.add(source)
        return false
      }
      this.#host.runJob(job, run, false)
      return true
    }
  }

  #ordinal(source: string): number {
    const ordinal = (this.#started.get(source) ?? 0) + 1
    this.#started.set(source, ordinal)
    return ordinal
  }
}
