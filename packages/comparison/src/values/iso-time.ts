import { midnightOf, timeOfDay } from './calendar.ts'
import type { Timestamp } from './timestamp.ts'

const day = 86_400_000

const isoLike = /^(\d{4})-(\d\d)-(\d\d)(?:([T ])(\d\d):(\d\d)(?::(\d\d)(?:([.,])(\d{1,9}))?)?(?:(Z)|( ?)([+-])(\d\d)(?:(:?)(\d\d))?)?)?$/

/** ISO 8601 in its extended form, and SQL, which has a space for the T. */
export function isoTimestamp(text: string): Timestamp | undefined {
  const parts = isoLike.exec(text)
  if (parts === null) return undefined
  const [, year, month, date, separator, hour, minute, second, point, fraction, utc, gap, sign, offsetHour, colon, offsetMinute] = parts
  const midnight = midnightOf(Number(year), Number(month), Number(date))
  if (midnight === undefined) return undefined
  if (separator === undefined) return { ms: midnight, format: 'date', resolutionMs: day, unit: 'day' }
  const time = timeOfDay(Number(hour), Number(minute), Number(second ?? 0))
  if (time === undefined) return undefined
  const ahead = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(offsetHour) * 60 + Number(offsetMinute ?? 0))
  const zone = utc ?? (sign === undefined ? 'none' : `${gap}±hh${colon ?? ''}${offsetMinute === undefined ? '' : 'mm'}`)
  const shape = `${separator === 'T' ? 'iso' : 'sql'} ${second === undefined ? 'minutes' : `seconds${point ?? '.'}`} zone ${zone}`
  return {
    ms: midnight + time - ahead * 60_000 + Number(`0.${fraction ?? 0}`) * 1000,
    format: `${shape} fraction ${fraction?.length ?? 0}`,
    resolutionMs: second === undefined ? 60_000 : fraction === undefined ? 1000 : 1,
    ...(sign === undefined ? {} : { offsetMinutes: ahead }),
  }
}

/** The basic form, as in signatures of AWS, and what names of files have: `20260301_101530`, `20260301101530`. */
const basic = /^(\d{4})(\d\d)(\d\d)(?:([T_-]?)(\d\d)(\d\d)(\d\d)(Z?))?$/
/** `2026-03-01T10-15-30-123Z` */
const longestBasic = 24
/** The extended form without the colons that file names cannot have: `2026-03-01T10-15-30-123Z`. */
const fileSafe = /^(\d{4})-(\d\d)-(\d\d)([T_ -])(\d\d)([-._])(\d\d)[-._](\d\d)(?:[-._](\d{3}))?(Z?)$/

/** ISO 8601 in its basic form, and as names of files have it. */
export function basicTimestamp(text: string): Timestamp | undefined {
  if (text.length > longestBasic) return undefined
  const parts = basic.exec(text)
  if (parts !== null) {
    const [, year, month, date, separator, hour, minute, second, zone] = parts
    // Eight digits may be anything; before 1970 and after 2100 they hardly are a date.
    const midnight = isLikelyYear(year) ? midnightOf(Number(year), Number(month), Number(date)) : undefined
    if (midnight === undefined) return undefined
    if (separator === undefined) return { ms: midnight, format: 'basic date', resolutionMs: day, unit: 'day' }
    const time = timeOfDay(Number(hour), Number(minute), Number(second))
    return time === undefined ? undefined : { ms: midnight + time, format: `basic ${separator} ${zone}`, resolutionMs: 1000 }
  }
  const safe = fileSafe.exec(text)
  if (safe === null) return undefined
  const [, year, month, date, separator, hour, point, minute, second, fraction, zone] = safe
  const midnight = midnightOf(Number(year), Number(month), Number(date))
  const time = timeOfDay(Number(hour), Number(minute), Number(second))
  if (midnight === undefined || time === undefined) return undefined
  return {
    ms: midnight + time + Number(fraction ?? 0),
    format: `file ${separator}${point} ${fraction === undefined ? '' : 'ms'} ${zone}`,
    resolutionMs: fraction === undefined ? 1000 : 1,
  }
}

function isLikelyYear(year: string | undefined): boolean {
  return Number(year) >= 1970 && Number(year) <= 2100
}
