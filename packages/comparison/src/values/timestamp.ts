import { basicTimestamp, isoTimestamp } from './iso-time.ts'
import { localTimestamp } from './local-time.ts'
import { namedMonthTimestamp } from './named-month.ts'
import { partialTimestamp } from './partial-time.ts'

/** What a time is counted in, where it is no moment. */
export type TimeUnit = 'day' | 'week' | 'month' | 'time of day'

/** A time in a text or a number, and how it was written. Two times are alike only when their formats are equal. */
export interface Timestamp {
  /** Milliseconds since the epoch; of a time of day, since midnight. */
  readonly ms: number
  readonly format: string
  /** How exact the format is, ms: a second for RFC 1123. */
  readonly resolutionMs: number
  /** Given for what is no moment but a day, a week, a month, or a time without a day. */
  readonly unit?: TimeUnit
  /** How far the zone that it is written in is ahead of UTC, min. */
  readonly offsetMinutes?: number
  /** Another way to read it: `03/01/2026` is the third of January to some. */
  readonly otherwise?: Timestamp
}

const shortest = 5
const longest = 80
/** Ten digits, a point, nine digits; or nineteen digits. */
const longestEpoch = 20

/** Reads a time that is written as a text: ISO 8601 in its forms, SQL, HTTP, mail, JavaScript, logs, file names, English, German. */
export function textTimestamp(text: string): Timestamp | undefined {
  if (text.length < shortest || text.length > longest) return undefined
  if (!isDigit(text, 0)) return namedMonthTimestamp(text)
  // Most texts are no times: what stands behind the first digits leaves few formats, or none.
  const fifth = text[4]
  if (fifth === '-' || fifth === 'W') return isoTimestamp(text) ?? basicTimestamp(text) ?? partialTimestamp(text)
  switch (isDigit(text, 1) ? text[2] : text[1]) {
    case ':':
      return partialTimestamp(text)
    case '.':
      return localTimestamp(text)
    case '/':
      return namedMonthTimestamp(text) ?? localTimestamp(text)
    case ' ':
    case '-':
      return namedMonthTimestamp(text)
    default:
      return basicTimestamp(text)
  }
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
}

/**
 * Reads a time that is written as a number: seconds, ms, µs or ns since the epoch, told apart by their length. Whether it
 * is a time at all only the clocks of the runs can tell.
 */
export function epochTimestamp(source: string): Timestamp | undefined {
  if (source.length < 10 || source.length > longestEpoch || !isDigit(source, 0) || !isDigit(source, 9)) return undefined
  const parts = /^(\d{10}|\d{13}|\d{16}|\d{19})(\.\d{1,9})?$/.exec(source)
  if (parts === null) return undefined
  const digits = parts[1] ?? ''
  if (parts[2] !== undefined && digits.length !== 10) return undefined
  const ms = (Number(digits) + Number(parts[2] ?? 0)) / 10 ** (digits.length - 13)
  const hasFraction = parts[2] !== undefined
  return {
    ms,
    format: `epoch ${digits.length}${hasFraction ? ' with fraction' : ''}`,
    resolutionMs: digits.length === 10 && !hasFraction ? 1000 : 1,
  }
}

/**
 * Whether two formats are the same; fractions may be shorter where zeros at the end are left out (PostgreSQL always, Go
 * and Java with more than three digits). Three zeros more are not chance but another precision.
 */
export function isSameFormat(a: Timestamp, b: Timestamp): boolean {
  if (a.format === b.format) return true
  const left = formatParts(a.format)
  const right = formatParts(b.format)
  if (left === undefined || right === undefined || left.shape !== right.shape) return false
  if (left.shape.startsWith('sql')) return true
  const longer = Math.max(left.fraction, right.fraction)
  const shorter = Math.min(left.fraction, right.fraction)
  return shorter > 0 && longer > 3 && longer - shorter < 3
}

function formatParts(format: string): { readonly shape: string; readonly fraction: number } | undefined {
  const parts = /^((?:iso|sql) .*) fraction (\d)$/.exec(format)
  return parts === null ? undefined : { shape: parts[1] ?? '', fraction: Number(parts[2]) }
}
