import { timeOfDay } from './calendar.ts'
import type { Timestamp } from './timestamp.ts'

const day = 86_400_000
const week = 7 * day

const clock = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:([.,])(\d{1,9}))?)?(?:([\s\u202f]?)([AaPp])[Mm])?(Z?)$/
/** ISO 8601: week 9 of 2026, and its seventh day. */
const weekDate = /^(\d{4})-?W(\d\d)(?:-?([1-7]))?$/
const yearMonth = /^((?:19|20)\d\d)-(\d\d)$/

/** Reads what is less than a moment: a time without a day, a week, a month. */
export function partialTimestamp(text: string): Timestamp | undefined {
  return clockTime(text) ?? weekTime(text) ?? monthTime(text)
}

function clockTime(text: string): Timestamp | undefined {
  const parts = clock.exec(text)
  if (parts === null) return undefined
  const [, hour = '', minute, second, point = '', fraction, gap = '', half, zone] = parts
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return undefined
  const ms = timeOfDay(hours, Number(minute), Number(second ?? 0))
  if (ms === undefined) return undefined
  const twelve = half === undefined ? '' : ` ${gap === '' ? 'am' : ' am'}${half === half.toLowerCase() ? '' : ' in capitals'}`
  return {
    ms: ms + Number(`0.${fraction ?? 0}`) * 1000,
    format: `clock ${second === undefined ? 'minutes' : 'seconds'}${point}${fraction?.length ?? ''}${twelve}${zone}`,
    resolutionMs: second === undefined ? 60_000 : 1000,
    unit: 'time of day',
  }
}

function weekTime(text: string): Timestamp | undefined {
  const parts = weekDate.exec(text)
  if (parts === null) return undefined
  const [, year, number, date] = parts
  if (Number(number) < 1 || Number(number) > 53) return undefined
  // The week of 4 January is the first; weeks begin on Monday.
  const fourth = Date.UTC(Number(year), 0, 4)
  const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * day + (Number(number) - 1) * week
  const shape = text.replace(/\d+/g, '#')
  if (date === undefined) return { ms: monday, format: `week ${shape}`, resolutionMs: week, unit: 'week' }
  return { ms: monday + (Number(date) - 1) * day, format: `week ${shape}`, resolutionMs: day, unit: 'day' }
}

function monthTime(text: string): Timestamp | undefined {
  const parts = yearMonth.exec(text)
  const month = Number(parts?.[2])
  if (parts === null || month < 1 || month > 12) return undefined
  return { ms: Date.UTC(Number(parts[1]), month - 1), format: 'month', resolutionMs: day, unit: 'month' }
}
