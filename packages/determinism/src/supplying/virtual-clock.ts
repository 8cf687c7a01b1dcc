import { primordials } from '@retake/core'

/** The clocks that a take can read. */
export type ClockKind = 'date' | 'performance' | 'hrtime' | 'uptime' | 'temporal'

/** How many ms one unit of each clock is. */
const unitMs: { readonly [kind in ClockKind]: number } = { date: 1, performance: 1, hrtime: 1e-6, uptime: 1000, temporal: 1e-6 }

export function isClock(kind: string): kind is ClockKind {
  return kind in unitMs
}

/** A reading of any clock in ms. */
export function inMs(kind: ClockKind, value: number | bigint): number {
  return Number(value) * unitMs[kind]
}

/** What each clock showed when the take began, in ms. */
export type ClockBases = { readonly [kind in ClockKind]: number }

/**
 * The time of one take. It stands still but for what moves it: a delivery moves it to when that was recorded, a recorded
 * reading to what was read, and each reading that was not recorded a little, so that a loop that waits for the clock ends.
 */
export class VirtualClock {
  readonly #bases: ClockBases
  readonly #last = new Map<ClockKind, number>()
  #now = 0
  /** Unrecorded readings since the last delivery. */
  #unrecorded = 0
  /** Where the native clock stood when the take's time was joined to it. */
  #released: number | undefined

  constructor(bases: ClockBases) {
    this.#bases = bases
  }

  /** ms since the take began. */
  get now(): number {
    if (this.#released === undefined) return this.#now
    return this.#now + (primordials.performanceNow() - this.#released)
  }

  /** Something is delivered: time is at least `at`. Never moves back. */
  deliveredAt(at: number): void {
    this.#unrecorded = 0
    if (at > this.#now) this.#now = at
  }

  /** A recorded reading is served. */
  served(kind: ClockKind, value: number | bigint): void {
    const ms = inMs(kind, value)
    this.#last.set(kind, ms)
    const elapsed = ms - this.#bases[kind]
    if (elapsed > this.#now) this.#now = elapsed
  }

  /** Whether a recorded reading would be earlier than one that was already served. */
  isPast(kind: ClockKind, value: number | bigint): boolean {
    return inMs(kind, value) < (this.#last.get(kind) ?? Number.NEGATIVE_INFINITY)
  }

  /**
   * A reading that was not recorded. Each moves the clock by 1 µs more than the one before: twenty of them are lost in
   * a ms, and a loop that waits for an hour ends after 85 thousand.
   * @returns ms, in whole ms for `date`; never less than was read before.
   */
  derive(kind: ClockKind): number {
    this.#unrecorded++
    this.#now += this.#unrecorded / 1000
    const exact = this.#bases[kind] + this.now
    const ms = Math.max(kind === 'date' ? Math.floor(exact) : exact, this.#last.get(kind) ?? Number.NEGATIVE_INFINITY)
    this.#last.set(kind, ms)
    return ms
  }

  /** The latest reading served, in ms. */
  lastOf(kind: ClockKind): number | undefined {
    return this.#last.get(kind)
  }

  /** From now on time passes as the native clock says. */
  release(): void {
    this.#released ??= primordials.performanceNow()
  }
}
