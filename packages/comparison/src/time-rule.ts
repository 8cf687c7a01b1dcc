import type { Comparison, Mismatch } from './comparison.ts'
import { isSameFormat, type Timestamp } from './values/timestamp.ts'

const day = 86_400_000
const mintedToleranceMs = 60_000

/**
 * A time is compared by its own clock: its distance from its run must be the same in both. This one rule tells apart now,
 * a birth date, a fixed date in the future, a time to live and 1970.
 * @returns `undefined` when the two are equivalent.
 */
export function timeMismatch(recorded: Timestamp, replayed: Timestamp, run: Comparison): Mismatch | undefined {
  const { clocks } = run
  if (clocks === undefined) return { class: 'value', reason: 'the times differ' }
  if (!isSameFormat(recorded, replayed)) {
    return { class: 'format', reason: `the time is written in another format (${recorded.format} → ${replayed.format})` }
  }
  const before = recorded.ms - clocks.recordedAt
  const now = replayed.ms - clocks.replayedAt
  if (recorded.resolutionMs >= day) {
    const isSameDay = dayOf(recorded.ms) - dayOf(clocks.recordedAt) === dayOf(replayed.ms) - dayOf(clocks.replayedAt)
    return isSameDay ? undefined : { class: 'time', reason: `the date was ${distance(before)} its run, now it is ${distance(now)}` }
  }
  const allowed = run.toleranceMs + Math.max(recorded.resolutionMs, replayed.resolutionMs) - 1
  if (Math.abs(now - before) <= allowed) return undefined
  return { class: 'time', reason: `the time was ${distance(before)} its run, now it is ${distance(now)}` }
}

/** An id that was made in the recorded run must have been made in the other run too, at the same distance. */
export function mintedMismatch(recordedAt: number, replayedAt: number, run: Comparison): Mismatch | undefined {
  const { clocks } = run
  if (clocks === undefined) return undefined
  const before = recordedAt - clocks.recordedAt
  const now = replayedAt - clocks.replayedAt
  // An older one is a reference to something stored; that it has a time in it means nothing here.
  if (Math.abs(before) > day || Math.abs(now - before) <= mintedToleranceMs) return undefined
  return { class: 'time', reason: `the id was made ${distance(before)} its run, now ${distance(now)}` }
}

function dayOf(ms: number): number {
  return Math.floor(ms / day)
}

/** `3 s after`, `2 days before`, `right at`. */
function distance(ms: number): string {
  const size = Math.abs(ms)
  if (size < 1) return 'right at'
  const [unit, length] = units.find(([, least]) => size >= least) ?? ['ms', 1]
  const count = Math.round((size / length) * 10) / 10
  return `${count} ${unit}${count === 1 || unit.length <= 3 ? '' : 's'} ${ms < 0 ? 'before' : 'after'}`
}

const units: readonly (readonly [string, number])[] = [
  ['year', 365.25 * day],
  ['day', day],
  ['hour', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
]
