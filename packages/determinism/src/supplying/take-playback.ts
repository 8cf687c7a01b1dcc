import type { DrawKind, Segment } from '@retake/core'
import { PlaybackAccount, type PlaybackReport } from './playback-account.ts'
import { type Place, RecordedOrder } from './recorded-order.ts'
import { type ServedDraw, SuppliedDraws } from './supplied-draws.ts'
import { SuppliedTimeline, type TimelineOptions } from './supplied-timeline.ts'
import { type ClockBases, type ClockKind, inMs, isClock, VirtualClock } from './virtual-clock.ts'

/** What is known of the take beside its segments. */
export interface PlaybackOptions extends TimelineOptions {
  /** Names the cassette and the take: what is drawn beyond the log depends on nothing else. */
  readonly cassette: string
  readonly take: string
  /** When the take began: ms since the epoch. */
  readonly startedAt: number
  /** When the process began that recorded it: ms since the epoch. Only for clocks that the take never read. */
  readonly sessionStartedAt?: number
  /** Kinds that were left alone when the take was recorded, and are now. */
  readonly native?: ReadonlySet<DrawKind>
}

/** The draws and the timeline of one take, played back from its log. They share where they stand, and the time. */
export class TakePlayback {
  readonly draws: SuppliedDraws
  readonly timeline: SuppliedTimeline
  readonly #clock: VirtualClock
  readonly #order: RecordedOrder
  readonly #account = new PlaybackAccount()

  constructor(segments: readonly Segment[], options: PlaybackOptions) {
    this.#order = new RecordedOrder(segments, options.labelOfCall)
    const order = this.#order
    this.#clock = new VirtualClock(basesOf(order.places, options))
    this.timeline = new SuppliedTimeline(order, this.#clock, this.#account, options)
    this.draws = new SuppliedDraws(order, this.timeline, this.#clock, this.#account, options)
  }

  /** ms since the take began, on its own clock. */
  get now(): number {
    return this.#clock.now
  }

  /** Everything drawn so far, in order. */
  get drawn(): readonly ServedDraw[] {
    return this.draws.drawn
  }

  report(): PlaybackReport {
    return {
      ...this.#account.report((place) => this.#order.describe(place)),
      kinds: this.draws.servedByKind,
      uncontrolled: this.draws.usesOfUncontrolled,
    }
  }
}

/**
 * What each clock showed when the take began: read off the earliest reading in the log. Each reading is later than the
 * delivery before it, so the least difference is the nearest.
 */
function basesOf(places: readonly Place[], options: PlaybackOptions): ClockBases {
  const found = new Map<ClockKind, number>()
  for (const place of places) {
    for (const [kind, run] of place.runs) {
      const value = run.values[0]
      if (!isClock(kind) || value === undefined) continue
      const base = inMs(kind, value as number | bigint) - place.at
      found.set(kind, Math.min(base, found.get(kind) ?? base))
    }
  }
  const sinceSession = Math.max(0, options.startedAt - (options.sessionStartedAt ?? options.startedAt))
  return {
    date: found.get('date') ?? options.startedAt,
    performance: found.get('performance') ?? sinceSession,
    hrtime: found.get('hrtime') ?? sinceSession,
    uptime: found.get('uptime') ?? sinceSession,
    temporal: found.get('temporal') ?? options.startedAt,
  }
}
