/** A time in a text or a number, and how it was written. Two times are alike only when their formats are equal. */
export interface Timestamp {
  readonly ms: number
  readonly format: string
  /** How exact the format is, ms: a day for dates, a second for RFC 1123. */
  readonly resolutionMs: number
}

const day = 86_400_000
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

const isoLike = /^(\d{4})-(\d\d)-(\d\d)(?:([T ])(\d\d):(\d\d)(?::(\d\d)(?:([.,])(\d{1,9}))?)?(?:(Z)|( ?)([+-])(\d\d)(?:(:?)(\d\d))?)?)?$/
const rfc1123 = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d)([ -])([A-Z][a-z]{2})\2(\d{4}) (\d\d):(\d\d):(\d\d) GMT$/

/** Reads a time that is written as a text: ISO 8601, SQL, RFC 1123. */
export function textTimestamp(text: string): Timestamp | undefined {
  if (text.length < 10 || text.length > 40) return undefined
  return isoTimestamp(text) ?? rfcTimestamp(text)
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

function rfcTimestamp(text: string): Timestamp | undefined {
  const parts = rfc1123.exec(text)
  if (parts === null) return undefined
  const [, date, separator, month, year, hour, minute, second] = parts
  const midnight = utcMs(Number(year), months.indexOf(month ?? '') + 1, Number(date))
  if (midnight === undefined) return undefined
  return {
    ms: midnight + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000,
    format: `http date${separator}`,
    resolutionMs: 1000,
  }
}

function utcMs(year: number, month: number, date: number): number | undefined {
  return month < 1 || month > 12 || date < 1 || date > 31 ? undefined : Date.UTC(year, month - 1, date)
}
