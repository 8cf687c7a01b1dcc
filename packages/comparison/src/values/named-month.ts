import { midnightOf, timeOfDay } from './calendar.ts'
import type { Timestamp } from './timestamp.ts'

const weekdays = 'SunMonTueWedThuFriSat'
const months = 'janfebmaraprmayjunjulaugsepoctnovdec'
const weekday = '(?<weekday>Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const month = '(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const anyMonth =
  '(?<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)'
const time = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`
const offset = String.raw`(?<sign>[+-])(?<offsetHour>\d\d)(?<offsetMinute>\d\d)`
const loosely = String.raw`(?:,? (?:at )?(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d))?(?:[\s\u202f](?<half>[AP])M)?)?`

/** Formats that name their month, as sources of regular expressions without anchors. */
export const namedMonthSources: readonly string[] = [
  // RFC 9110 (HTTP), RFC 5322 (mail, which does not pad the day), and the hyphens of old cookies
  String.raw`${weekday}, (?<day>\d{1,2})[ -]${month}[ -](?<year>\d{4}) ${time} (?:GMT|${offset})`,
  // RFC 850
  String.raw`(?<weekday>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d\d)-${month}-(?<year>\d\d) ${time} GMT`,
  // asctime
  String.raw`${weekday} ${month} (?<day>[ \d]\d) ${time} (?<year>\d{4})`,
  // Date.prototype.toString, toDateString
  String.raw`${weekday} ${month} (?<day>\d\d) (?<year>\d{4})(?: ${time} GMT${offset}(?: \([A-Za-z ]{3,40}\))?)?`,
  // Common Log Format
  String.raw`(?<day>\d\d)\/${month}\/(?<year>\d{4}):${time} ${offset}`,
  // English, in words
  String.raw`${anyMonth} (?<day>\d{1,2}), (?<year>\d{4})${loosely}`,
  String.raw`(?<day>\d{1,2})[ -]${anyMonth}[ -](?<year>\d{4})${loosely}`,
]

const formats: readonly RegExp[] = namedMonthSources.map((source) => new RegExp(`^${source}$`))

/** Reads a time that names its month. */
export function namedMonthTimestamp(text: string): Timestamp | undefined {
  if (!/^(?:[A-Z][a-z]{2}|\d{1,2}[ /-][A-Z][a-z]{2})/.test(text)) return undefined
  for (const [index, format] of formats.entries()) {
    const groups = format.exec(text)?.groups
    if (groups !== undefined) return moment(text, index, groups)
  }
  return undefined
}

function moment(text: string, index: number, groups: { readonly [name: string]: string | undefined }): Timestamp | undefined {
  const number = (name: string): number => Number(groups[name] ?? 0)
  const midnight = midnightOf(yearOf(groups['year'] ?? ''), monthOf(groups['month'] ?? ''), number('day'))
  if (midnight === undefined || !isWeekday(groups['weekday'], midnight)) return undefined
  const format = `named month ${index} ${shapeOf(text, groups['day'] ?? '')}`
  if (groups['hour'] === undefined) return { ms: midnight, format, resolutionMs: 86_400_000, unit: 'day' }
  const half = groups['half']
  const hour = half === undefined ? number('hour') : (number('hour') % 12) + (half === 'P' ? 12 : 0)
  const sinceMidnight = timeOfDay(hour, number('minute'), number('second'))
  if (sinceMidnight === undefined) return undefined
  const ahead = (groups['sign'] === '-' ? -1 : 1) * (number('offsetHour') * 60 + number('offsetMinute'))
  return {
    ms: midnight + sinceMidnight - ahead * 60_000,
    format,
    resolutionMs: groups['second'] === undefined ? 60_000 : 1000,
    ...(groups['sign'] === undefined ? {} : { offsetMinutes: ahead }),
  }
}

/** A weekday that does not fit its date makes no time: readers are free to take either. */
function isWeekday(name: string | undefined, midnight: number): boolean {
  return name === undefined || weekdays.indexOf(name.slice(0, 3)) === new Date(midnight).getUTCDay() * 3
}

/** Two digits stand for the fifty years before and after 2000, as RFC 6265 (5.1.1) has it, roughly. */
function yearOf(digits: string): number {
  return digits.length === 4 ? Number(digits) : Number(digits) + (Number(digits) < 70 ? 2000 : 1900)
}

function monthOf(name: string): number {
  return months.indexOf(name.slice(0, 3).toLowerCase()) / 3 + 1
}

/** Separators and the way to name the zone are part of the format; how many digits the day has is not. */
function shapeOf(text: string, date: string): string {
  return text
    .replace(new RegExp(`(^|[^\\d])${date}(?!\\d)`), '$1d')
    .replace(/[A-Za-z]{3,}/g, 'x')
    .replace(/(?<!\d)\d{1,2}(?=:)/, '##')
    .replace(/\d/g, '#')
    .replace(/[+-](?=#{4}\b)/, '±')
    .replace(/\(.*\)/, '(zone)')
}
