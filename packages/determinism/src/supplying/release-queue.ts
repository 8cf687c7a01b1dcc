import { AsyncResource } from 'node:async_hooks'
import { primordials, virtualActivity } from '@retake/core'
import { HeadWait, type Patience, waitLimit } from './patience.ts'
import type { PlaybackAccount } from './playback-account.ts'
import type { RecordedOrder } from './recorded-order.ts'
import { UndecidedCalls } from './undecided-calls.ts'
import type { VirtualClock } from './virtual-clock.ts'
import { described, drop, insertByDue, type Waiting } from './waiting.ts'

/** Turns of the loop without activity on virtual sockets before virtual time goes on. */
const quietTurns = 3

/**
 * How long, in ms, a job that was begun is waited for while something else waits: for as long as any takes, but not for ever, as it
 * may itself wait for that.
 */
const longestJobMs = 10_000

/** Turns of the loop belong to no take: scheduled from here they carry no async context of the app. */
const outside = new AsyncResource('RetakeTimeline')

/** The next turn of the loop that a queue takes. */
interface Turn {
  readonly holds: boolean
  readonly later: boolean
  readonly immediate: NodeJS.Immediate | undefined
  readonly timer: NodeJS.Timeout | undefined
}

function armTurn(run: () => void, holds: boolean, later: boolean): Turn {
  if (holds && !later) return { holds, later, immediate: primordials.setImmediate(run), timer: undefined }
  // An unref'd immediate would not wake a loop that waits for something else; an unref'd timer does.
  const timer = primordials.setTimeout(run, 1)
  if (!holds) timer.unref()
  return { holds, later, immediate: undefined, timer }
}

/**
 * Delivers what waits in the recorded order, one delivery in each macrotask, and moves the clock to when it was recorded.
 * Only the head of the log is delivered. What was not recorded comes when its time is before the head's, or when the head
 * does not come.
 */
export class ReleaseQueue {
  readonly #order: RecordedOrder
  readonly #clock: VirtualClock
  readonly #account: PlaybackAccount
  readonly #patience: Patience
  /** Places that are delivered in order; others (native timers) are passed over. */
  readonly #gated: (place: number) => boolean
  readonly #onEnd: () => void
  /** Where the playback stands: the last place that was delivered. */
  place = 0
  #head = 1
  /** One for each place: made at once, so that nothing grows while calls are played. */
  readonly #delivered: Uint8Array
  readonly #recorded = new Map<number, Waiting>()
  readonly #loose: Waiting[] = []
  /** By `due`, then by age. */
  readonly #timed: Waiting[] = []
  #turn: Turn | undefined
  #closed = false
  readonly #wait = new HeadWait()
  /** The head that was given up on: it is not waited for again. */
  #stalledAt: number | undefined
  /** Calls that the log does not know, and that a timer may give up. */
  readonly undecided: UndecidedCalls = new UndecidedCalls(() => this.timerWaits)
  #activity = 0
  #quietTurns = 0

  constructor(options: {
    readonly order: RecordedOrder
    readonly clock: VirtualClock
    readonly account: PlaybackAccount
    readonly patience: Patience
    readonly gated: (place: number) => boolean
    /** Everything in the log was delivered. */
    readonly onEnd: () => void
  }) {
    this.#order = options.order
    this.#delivered = new Uint8Array(options.order.places.length)
    this.#clock = options.clock
    this.#account = options.account
    this.#patience = options.patience
    this.#gated = options.gated
    this.#onEnd = options.onEnd
    this.#passUngated()
  }

  /** Whether everything in the log was delivered. */
  get isAtEnd(): boolean {
    return this.#head >= this.#order.places.length
  }

  /** Whether a timer waits that fired when the take was recorded. */
  get timerWaits(): boolean {
    for (const place of this.#recorded.keys()) if (this.#order.places[place]?.token?.kind === 'timer') return true
    return false
  }

  wasDelivered(place: number): boolean {
    return this.#delivered[place] === 1
  }

  add(waiting: Waiting): void {
    const { place } = waiting
    if (place !== undefined && !this.wasDelivered(place) && !this.#recorded.has(place)) this.#recorded.set(place, waiting)
    else if (waiting.due === undefined) this.#loose.push(waiting)
    else insertByDue(this.#timed, waiting)
    this.#schedule(false)
  }

  remove(waiting: Waiting): void {
    if (waiting.place !== undefined && this.#recorded.get(waiting.place) === waiting) {
      this.#recorded.delete(waiting.place)
      this.undecided.timerLeft()
    } else if (!drop(this.#timed, waiting)) drop(this.#loose, waiting)
    if (!this.#anythingWaits() && this.#turn !== undefined) this.#cancelTurn()
  }

  /** Says that a waiting thing holds the process, or does so no longer. */
  holdsChanged(): void {
    if (this.#turn !== undefined && this.#turn.holds !== this.#holds()) this.#schedule(false)
  }

  /** A native delivery came by itself (a native timer whose firing was recorded). */
  passed(place: number): void {
    this.#delivered[place] = 1
    this.#clock.deliveredAt(this.#order.places[place]!.at)
    if (place > this.place) this.place = place
  }

  /** The take is over: what waits is delivered in order without waiting for what does not come. */
  close(): void {
    this.#closed = true
    this.undecided.decide()
    this.#schedule(false)
  }

  #anythingWaits(): boolean {
    return this.#recorded.size > 0 || this.#timed.length > 0 || this.#loose.length > 0
  }

  #holds(): boolean {
    for (const waiting of this.#recorded.values()) if (waiting.holds) return true
    return this.#timed.some(({ holds }) => holds) || this.#loose.some(({ holds }) => holds)
  }

  #cancelTurn(): void {
    if (this.#turn?.immediate !== undefined) primordials.clearImmediate(this.#turn.immediate)
    else if (this.#turn?.timer !== undefined) primordials.clearTimeout(this.#turn.timer)
    this.#turn = undefined
  }

  #schedule(later: boolean): void {
    if (!this.#anythingWaits()) return
    const holds = this.#holds()
    if (this.#turn !== undefined && this.#turn.holds === holds && (later || !this.#turn.later)) return
    this.#cancelTurn()
    this.#turn = outside.runInAsyncScope(armTurn, undefined, this.#run, holds, later)
  }

  readonly #run = (): void => {
    this.#turn = undefined
    this.#takeTurn()
  }

  #takeTurn(): void {
    if (this.#overtakes()) {
      this.#schedule(false)
      return
    }
    const delivery = this.#choose()
    if (delivery === undefined) {
      this.#waitForHead()
      return
    }
    this.#wait.over()
    delivery()
  }

  /**
   * A timer comes only when virtual sockets have been quiet for some turns: a connection that was opened or closed
   * meanwhile was so long before the timer fired.
   */
  #overtakes(): boolean {
    const isTimer = this.#order.places[this.#head]?.token?.kind === 'timer' && this.#recorded.has(this.#head)
    if (!isTimer || this.#closed || this.#loose.length > 0) return false
    if (virtualActivity.count !== this.#activity) {
      this.#activity = virtualActivity.count
      this.#quietTurns = 0
    }
    return this.#quietTurns++ < quietTurns
  }

  /** The one decision: what comes now. `undefined`: the head is waited for. */
  #choose(): (() => void) | undefined {
    const loose = this.#loose.shift()
    if (loose !== undefined) return () => this.#deliverLoose(loose)
    const late = this.#lowest((place) => this.#closed || place < this.#head)
    if (late !== undefined) return () => this.#deliverLate(late)
    if (this.#closed || this.isAtEnd) {
      const last = this.#timed.find(({ due }) => due === Number.POSITIVE_INFINITY)
      return last === undefined ? undefined : () => this.#deliverTimed(last)
    }
    const timed = this.#timed[0]
    if (timed !== undefined && timed.due! < this.#order.places[this.#head]!.at) return () => this.#deliverTimed(timed)
    return this.#recorded.has(this.#head) ? () => this.#deliverHead() : undefined
  }

  #waitForHead(): void {
    if (!this.#anythingWaits() || this.#closed) return
    const verdict = this.#wait.turn(() => this.#waitLimit())
    if (verdict !== 'give up') this.#schedule(verdict === 'later')
    else if (this.undecided.decide()) {
      // Whoever asked for them may go on now, and ask for the head.
      this.#wait.over()
      this.#schedule(false)
    } else this.#giveUp()
  }

  /** ms that the head is waited for. */
  #waitLimit(): number {
    if (this.#stalledAt === this.#head) return 0
    if (!this.isAtEnd && this.#patience.isUnderWay(this.#head)) return longestJobMs
    if (this.isAtEnd) return Math.min(this.#patience.stallMs, this.#timed[0]!.due! - this.#clock.now)
    return waitLimit(this.#patience, this.#head)
  }

  /** The head does not come: goes on with what there is, in the order of the log, else by deadline. */
  #giveUp(): void {
    const head = this.#head
    if (this.#stalledAt !== head) {
      this.#stalledAt = head
      if (!this.isAtEnd) this.#account.stalls++
    }
    this.#wait.over()
    const timed = this.#timed[0]
    const next = this.#lowest(() => true)
    if (next === undefined || (timed !== undefined && timed.due! < this.#order.places[next]!.at)) {
      if (timed !== undefined) this.#deliverTimed(timed)
      return
    }
    const skipped = next - head === 1 ? '' : ` (and ${next - head - 1} more)`
    this.#account.diverged(
      `${this.#order.describe(head)}${skipped} did not come after ${this.#order.describe(this.place)}; went on with ${this.#order.describe(next)}`,
    )
    this.#head = next
    this.#deliverHead()
  }

  #deliverHead(): void {
    const { last, at } = this.#order.places[this.#head]!
    this.#quietTurns = 0
    this.#clock.deliveredAt(at)
    try {
      for (let place = this.#head; place <= last; place++) {
        const waiting = this.#recorded.get(place)
        if (waiting === undefined) break
        this.#recorded.delete(place)
        this.#delivered[place] = 1
        this.place = place
        this.#head = place + 1
        if (this.#order.places[place]!.token!.kind === 'timer') this.undecided.timerFires()
        waiting.run()
      }
    } finally {
      // Also when the app's callback threw: the error is on its way out, and the rest must still come.
      this.#passUngated()
      if (this.isAtEnd) this.#onEnd()
      this.#schedule(false)
    }
  }

  #deliverTimed(timed: Waiting): void {
    drop(this.#timed, timed)
    const isLast = timed.due === Number.POSITIVE_INFINITY
    if (!isLast) this.#clock.deliveredAt(timed.due!)
    if (!isLast || !this.isAtEnd)
      this.#account.diverged(`${described(timed, this.#order)}, which was not recorded, came after ${this.#order.describe(this.place)}`)
    this.#deliverLoose(timed)
  }

  #deliverLate(place: number): void {
    const waiting = this.#recorded.get(place)!
    this.#recorded.delete(place)
    this.#delivered[place] = 1
    if (!this.#closed) this.#account.diverged(`${described(waiting, this.#order)} came late, after ${this.#order.describe(this.place)}`)
    else this.#clock.deliveredAt(this.#order.places[place]!.at)
    this.#deliverLoose(waiting)
  }

  #deliverLoose(waiting: Waiting): void {
    try {
      waiting.run()
    } finally {
      this.#schedule(false)
    }
  }

  #passUngated(): void {
    while (!this.isAtEnd && (!this.#gated(this.#head) || this.wasDelivered(this.#head))) this.#head++
  }

  #lowest(eligible: (place: number) => boolean): number | undefined {
    let lowest: number | undefined
    for (const place of this.#recorded.keys()) if (eligible(place) && (lowest === undefined || place < lowest)) lowest = place
    return lowest
  }
}
