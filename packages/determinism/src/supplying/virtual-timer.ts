import { AsyncResource } from 'node:async_hooks'
import { primordials, type TimelineTimer } from '@retake/core'
import type { Creation } from './recorded-order.ts'
import type { Waiting } from './waiting.ts'

/** What a virtual timer needs of its timeline. */
export interface TimerHost {
  /** ms since the take began. */
  now(): number
  /** Place of the `part`th firing of a recorded timer; `undefined` when that was not recorded. */
  placeOf(creation: Creation, part: number): number | undefined
  add(waiting: Waiting): void
  remove(waiting: Waiting): void
  holdsChanged(): void
  /** Whether timers are native by now: the take is over. */
  readonly isReleased: boolean
  /** Whether everything in the log was delivered. */
  readonly isAtEnd: boolean
  /** The timer is set, or no longer. */
  armed(timer: VirtualTimer): void
  disarmed(timer: VirtualTimer): void
}

/** What a timer was set with. */
export interface TimerSetting {
  /** ms; `undefined` for an immediate. */
  readonly delay: number | undefined
  readonly repeats: boolean
  readonly fire: () => void
}

/**
 * A timer of a take. One of three: its firing is in the log, then it waits for its turn; it is in the log but did not fire
 * (a time limit that was not reached), then it is a native one, which comes after everything in the log; or it is not in the log at all, then it is due by
 * the virtual clock. When the take is over, all of them are native, with the time that remains.
 */
export class VirtualTimer implements TimelineTimer {
  readonly #host: TimerHost
  readonly #creation: Creation | undefined
  readonly #setting: TimerSetting
  readonly #context = new AsyncResource('RetakeTimer')
  #part = 0
  #holds = true
  #due = 0
  /** Cancelled since its callback began: an interval is not set again then. */
  #cancelled = false
  #waiting: Waiting | undefined
  #native: { ref(): unknown; unref(): unknown; cancel(): void } | undefined

  constructor(host: TimerHost, creation: Creation | undefined, setting: TimerSetting) {
    this.#host = host
    this.#creation = creation
    this.#setting = setting
    this.#arm()
  }

  cancel(): void {
    this.#cancelled = true
    if (this.#waiting !== undefined) this.#host.remove(this.#waiting)
    this.#native?.cancel()
    this.#waiting = undefined
    this.#native = undefined
    this.#host.disarmed(this)
  }

  refresh(): void {
    this.cancel()
    this.#arm()
  }

  hold(keepsAlive: boolean): void {
    if (this.#holds === keepsAlive) return
    this.#holds = keepsAlive
    if (this.#waiting !== undefined) {
      this.#waiting.holds = keepsAlive
      this.#host.holdsChanged()
    }
    if (keepsAlive) this.#native?.ref()
    else this.#native?.unref()
  }

  /**
   * Everything in the log was delivered. A timer that had not fired by then begins anew: how much of its delay has passed
   * natively while the log was played says nothing.
   */
  logEnded(): void {
    if (this.#creation === undefined || (this.#waiting !== undefined && this.#waiting.due !== Number.POSITIVE_INFINITY)) return
    if (this.#waiting !== undefined) this.#host.remove(this.#waiting)
    this.#waiting = undefined
    this.#native?.cancel()
    this.#armNative(this.#setting.delay)
  }

  /** The take is over: what is left of the delay passes natively. */
  release(): void {
    if (this.#waiting === undefined) return
    this.#host.remove(this.#waiting)
    this.#waiting = undefined
    this.#armNative()
  }

  get #what(): string {
    const { delay, repeats } = this.#setting
    if (delay === undefined) return 'an immediate'
    return `${repeats ? 'an interval' : 'a timer'} of ${delay} ms`
  }

  get #isArmed(): boolean {
    return this.#waiting !== undefined || this.#native !== undefined
  }

  #arm(): void {
    this.#due = this.#host.now() + (this.#setting.delay ?? 0)
    this.#host.armed(this)
    if (this.#host.isReleased) {
      this.#armNative()
      return
    }
    const place = this.#creation === undefined ? undefined : this.#host.placeOf(this.#creation, this.#part)
    if (this.#creation !== undefined && place === undefined) {
      this.#armNative()
      return
    }
    const what = this.#what
    this.#waiting = { place, due: place === undefined ? this.#due : undefined, holds: this.#holds, what, run: () => this.#fire() }
    this.#host.add(this.#waiting)
  }

  /** @param delay ms; what is left of the timer's own if not given. */
  #armNative(delay: number = this.#due - this.#host.now()): void {
    const run = (): void => {
      if (this.#host.isReleased || this.#host.isAtEnd) this.#fire()
      else this.#waitForNothingElse()
    }
    this.#context.runInAsyncScope(() => {
      if (this.#setting.delay === undefined) {
        const immediate = primordials.setImmediate(run)
        this.#native = { ref: () => immediate.ref(), unref: () => immediate.unref(), cancel: () => primordials.clearImmediate(immediate) }
      } else {
        const timer = primordials.setTimeout(run, Math.max(1, delay))
        this.#native = { ref: () => timer.ref(), unref: () => timer.unref(), cancel: () => primordials.clearTimeout(timer) }
      }
    })
    if (!this.#holds) this.#native?.unref()
  }

  /**
   * It did not fire while this was recorded. The native time that has passed says nothing about the take's own time: it
   * fires only when nothing in the log comes any more.
   */
  #waitForNothingElse(): void {
    this.#native = undefined
    this.#waiting = { place: undefined, due: Number.POSITIVE_INFINITY, holds: this.#holds, what: this.#what, run: () => this.#fire() }
    this.#host.add(this.#waiting)
  }

  #fire(): void {
    this.#waiting = undefined
    this.#native = undefined
    this.#part++
    this.#host.disarmed(this)
    this.#cancelled = false
    try {
      this.#context.runInAsyncScope(this.#setting.fire)
    } finally {
      if (this.#setting.repeats && !this.#cancelled && !this.#isArmed) this.#arm()
    }
  }
}
