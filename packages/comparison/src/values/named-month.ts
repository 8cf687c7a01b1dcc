import type { Timestamp } from './timestamp.ts'

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const weekday = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const month = '(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const time = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`
const offset = String.raw`(?<sign>[+-])(?<offsetHour>\d\d)(?<offsetMinute>\d\d)`

/** Formats that name their month, as sources of regular expressions without anchors. */
export const namedMonthSources: readonly string[] = [
  // RFC 9110 (HTTP), RFC 5322 (mail), and the hyphens of old cookies
  String.raw`${weekday}, (?<day>\d\d)[ -]${month}[ -](?<year>\d{4}) ${time} (?:GMT|${offset})`,
  // Date.prototype.toString
  String.raw`${weekday} ${month} (?<day>\d\d) (?<year>\d{4}) ${time} GMT${offset}(?: \([A-Za-z ]{3,40}\))?`,
  // Common Log Format
  String.raw`(?<day>\d\d)\/${month}\/(?<year>\d{4}):${time} ${offset}`,
]

const formats: readonly RegExp[] = namedMonthSources.map((source) => new RegExp(`^${source}$`))

/** Reads a time that names its month. */
export function namedMonthTimestamp(text: string): Timestamp | undefined {
  for (const [index, format] of formats.entries()) {
    const groups = format.exec(text)?.groups
    if (groups === undefined) continue
    const [year, day, hour, minute, second] = ['year', 'day', 'hour', 'minute', 'second'].map((name) => Number(groups[name]))
    const ahead =
      groups['sign'] === undefined
        ? 0
        : (groups['sign'] === '-' ? -1 : 1) * (Number(groups['offsetHour']) * 60 + Number(groups['offsetMinute']))
    const ms = Date.UTC(year ?? 0, months.indexOf(groups['month'] ?? '') / 3, day, hour, (minute ?? 0) - ahead, second)
    // Separators and the way to name the zone are part of the format.
    const shape = text
      .replace(/[A-Za-z]{3,}/g, 'x')
      .replace(/\d/g, '#')
      .replace(/[+-](?=#{4}\b)/, '±')
      .replace(/\(.*\)/, '(zone)')
    return { ms, format: `named month ${index} ${shape}`, resolutionMs: 1000 }
  }
  return undefined
}
