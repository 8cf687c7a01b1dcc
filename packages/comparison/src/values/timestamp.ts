import { namedMonthTimestamp } from './named-month.ts'

/** A time in a text or a number, and how it was written. Two times are alike only when their formats are equal. */
export interface Timestamp {
  readonly ms: number
  readonly format: string
  /** How exact the format is, ms: a day for dates, a second for RFC 1123. */
  readonly resolutionMs: number
}

const day = 86_400_000

const isoLike = /^(\d{4})-(\d\d)-(\d\d)(?:([T ])(\d\d):(\d\d)(?::(\d\d)(?:([.,])(\d{1,9}))?)?(?:(Z)|( ?)([+-])(\d\d)(?:(:?)(\d\d))?)?)?$/
/** ISO 8601 in its basic form, as in signatures of AWS. */
const basic = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/
/** What `toLocaleString` writes in English (US). */
const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4}), (\d{1,2}):(\d\d):(\d\d)\s([AP])M$/

/** Reads a time that is written as a text: ISO 8601 in both forms, SQL, HTTP, mail, JavaScript, logs, English (US). */
export function textTimestamp(text: string): Timestamp | undefined {
  if (text.length < 8 || text.length > 80) return undefined
  return isoTimestamp(text) ?? basicTimestamp(text) ?? namedMonthTimestamp(text) ?? americanTimestamp(text)
}

/**
 * Reads a time that is written as a number: seconds, ms, µs or ns since the epoch, told apart by their length. Whether it
 * is a time at all only the clocks of the runs can tell.
 */
export function epochTimestamp(source: string): Timestamp | undefined {
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
 * Whether two formats are the same; fractions may be shorter where zeros at the end are left out (PostgreSQL always,
 * Go and Java with more than three digits).
 */
export function isSameFormat(a: Timestamp, b: Timestamp): boolean {
  if (a.format === b.format) return true
  const left = formatParts(a.format)
  const right = formatParts(b.format)
  if (left === undefined || right === undefined || left.shape !== right.shape) return false
  if (left.shape.startsWith('sql')) return true
  return Math.min(left.fraction, right.fraction) > 0 && Math.max(left.fraction, right.fraction) > 3
}

function formatParts(format: string): { readonly shape: string; readonly fraction: number } | undefined {
  const parts = /^((?:iso|sql) .*) fraction (\d)$/.exec(format)
  return parts === null ? undefined : { shape: parts[1] ?? '', fraction: Number(parts[2]) }
}

function isoTimestamp(text: string): Timestamp | undefined {
  const parts = isoLike.exec(text)
  if (parts === null) return undefined
  const [, year, month, date, separator, hour, minute, second, point, fraction, utc, gap, sign, offsetHour, colon, offsetMinute] = parts
  const midnight = utcMs(Number(year), Number(month), Number(date))
  if (midnight === undefined) return undefined
  if (separator === undefined) return { ms: midnight, format: 'date', resolutionMs: day }
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined
  const offset = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(offsetHour) * 60 + Number(offsetMinute ?? 0))
  const time = ((Number(hour) * 60 + Number(minute) - offset) * 60 + Number(second ?? 0)) * 1000
  const zone = utc ?? (sign === undefined ? 'none' : `${gap}±hh${colon ?? ''}${offsetMinute === undefined ? '' : 'mm'}`)
  const shape = `${separator === 'T' ? 'iso' : 'sql'} ${second === undefined ? 'minutes' : `seconds${point ?? '.'}`} zone ${zone}`
  return {
    ms: midnight + time + Number(`0.${fraction ?? 0}`) * 1000,
    format: `${shape} fraction ${fraction?.length ?? 0}`,
    resolutionMs: second === undefined ? 60_000 : fraction === undefined ? 1000 : 1,
  }
}

function basicTimestamp(text: string): Timestamp | undefined {
  const parts = basic.exec(text)
  if (parts === null) return undefined
  const [, year, month, date, hour, minute, second, zone] = parts
  const midnight = utcMs(Number(year), Number(month), Number(date))
  // Eight digits may be anything; before 1970 and after 2100 they hardly are a date.
  if (midnight === undefined || Number(year) < 1970 || Number(year) > 2100) return undefined
  if (hour === undefined) return { ms: midnight, format: 'basic date', resolutionMs: day }
  const time = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000
  return { ms: midnight + time, format: `basic ${zone}`, resolutionMs: 1000 }
}

function americanTimestamp(text: string): Timestamp | undefined {
  const parts = american.exec(text)
  if (parts === null) return undefined
  const [, month, date, year, hour, minute, second, half] = parts
  const midnight = utcMs(Number(year), Number(month), Number(date))
  if (midnight === undefined) return undefined
  const hours = (Number(hour) % 12) + (half === 'P' ? 12 : 0)
  return { ms: midnight + ((hours * 60 + Number(minute)) * 60 + Number(second)) * 1000, format: 'en-US', resolutionMs: 1000 }
}

function utcMs(year: number, month: number, date: number): number | undefined {
  return month < 1 || month > 12 || date < 1 || date > 31 ? undefined : Date.UTC(year, month - 1, date)
}
