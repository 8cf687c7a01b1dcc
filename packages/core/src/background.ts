import type { Scope } from './scope.ts'
import { shared } from './shared-state.ts'

/** A timeout or interval that the app sets. */
export interface AppTimer {
  readonly callback: (...args: never[]) => unknown
  /** ms, as the app said it. */
  readonly delay: unknown
  readonly repeats: boolean
}

/**
 * Asked each time the timer fires.
 * @param run Runs the callback.
 * @returns Whether the firing was work of its own, and is dealt with; otherwise it is its scope's.
 */
export type Firing = (run: () => void) => boolean

/** Tells work in the background (a poller, a cron job) from that of takes: by the timers that set it off. */
export interface BackgroundTimers {
  /**
   * A timer is set.
   * @param scope Where, with muted ones; `undefined` outside every scope.
   * @returns `undefined` where whatever it sets off is its scope's.
   */
  watch(scope: Scope | undefined, timer: AppTimer): Firing | undefined
}

/** Set by the session while it runs. */
export const backgroundTimers: { current: BackgroundTimers | undefined } = shared('background-timers', () => ({ current: undefined }))
