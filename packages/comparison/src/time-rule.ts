import type { Comparison, Mismatch, RunClocks } from './comparison.ts'
import { isSameFormat, type Timestamp, type TimeUnit } from './values/timestamp.ts'

const day = 86_400_000
const mintedToleranceMs = 60_000
/** Summer time moves a zone by an hour; more than that is another zone. */
const summerTimeMinutes = 60

/**
 * A time is compared by its own clock: its distance from its run must be the same in both. This one rule tells apart now,
 * a birth date, a fixed date in the future, a time to live and 1970.
 * @returns `undefined` when the two are equivalent.
 */
export function timeMismatch(recorded: Timestamp, replayed: Timestamp, run: Comparison): Mismatch | undefined {
  const mismatch = readingMismatch(recorded, replayed, run)
  if (mismatch === undefined || recorded.otherwise === undefined) return mismatch
  const other = replayed.otherwise ?? replayed
  return readingMismatch(recorded.otherwise, withFormatOf(recorded.otherwise, other), run) === undefined ? undefined : mismatch
}

/** `22/11/2026` can be read in one way only, and that is the other way. */
function withFormatOf({ format }: Timestamp, time: Timestamp): Timestamp {
  return time.format === `${format} day first` ? { ...time, format } : time
}

function readingMismatch(recorded: Timestamp, replayed: Timestamp, run: Comparison): Mismatch | undefined {
  const clocks = run.clocks && clocksAt(run.clocks, recorded.ms, run.toleranceMs)
  if (clocks === undefined) return { class: 'value', reason: 'the times differ' }
  if (!isSameFormat(recorded, replayed)) {
    return { class: 'format', reason: `the time is written in another format (${recorded.format} → ${replayed.format})` }
  }
  if (Math.abs((recorded.offsetMinutes ?? 0) - (replayed.offsetMinutes ?? 0)) > summerTimeMinutes) {
    return { class: 'format', reason: 'the time is written in another zone' }
  }
  const { unit } = recorded
  if (unit === 'time of day') return timeOfDayMismatch(recorded, replayed, clocks, run.toleranceMs)
  const before = recorded.ms - clocks.recordedAt
  const now = replayed.ms - clocks.replayedAt
  if (unit !== undefined) {
    return isAsManyUnits(recorded, replayed, unit, clocks, run.toleranceMs)
      ? undefined
      : { class: 'time', reason: `the ${unit} was ${distance(before)} its run, now it is ${distance(now)}` }
  }
  const allowed = run.toleranceMs + Math.max(recorded.resolutionMs, replayed.resolutionMs) - 1
  if (Math.abs(now - before) <= allowed) return undefined
  return { class: 'time', reason: `the time was ${distance(before)} its run, now it is ${distance(now)}` }
}

/** The clocks of the part of the runs in which a recorded time was made. */
function clocksAt(clocks: RunClocks, recordedMs: number, toleranceMs: number): RunClocks {
  if (clocks.earlier === undefined || recordedMs >= clocks.recordedAt - toleranceMs) return clocks
  return clocks.earlier.findLast(({ recordedAt }) => recordedAt - toleranceMs <= recordedMs) ?? clocks
}

/** A time without a day goes round: what counts is how far it is from the clock, whichever day that is. */
function timeOfDayMismatch(recorded: Timestamp, replayed: Timestamp, clocks: RunClocks, toleranceMs: number): Mismatch | undefined {
  const apart = modulo(replayed.ms - clocks.replayedAt - (recorded.ms - clocks.recordedAt), day)
  if (Math.min(apart, day - apart) <= toleranceMs + recorded.resolutionMs - 1) return undefined
  return { class: 'time', reason: 'the time of day is at another distance from that of its run' }
}

/** Whole days (weeks, months) from the run; a run that begins just before midnight may draw the next day. */
function isAsManyUnits(recorded: Timestamp, replayed: Timestamp, unit: TimeUnit, clocks: RunClocks, toleranceMs: number): boolean {
  const apart = unitsOf(replayed.ms, unit) - unitsOf(recorded.ms, unit)
  return [0, toleranceMs].some((late) =>
    [0, toleranceMs].some((early) => unitsOf(clocks.replayedAt + late, unit) - unitsOf(clocks.recordedAt + early, unit) === apart),
  )
}

function unitsOf(ms: number, unit: TimeUnit): number {
  if (unit === 'week') return Math.floor((ms / day + 3) / 7)
  if (unit !== 'month') return Math.floor(ms / day)
  const date = new Date(ms)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
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
