import { midnightOf, timeOfDay } from './calendar.ts'
import type { Timestamp } from './timestamp.ts'

const day = 86_400_000

/** What `toLocaleString` writes in English: `3/1/2026, 10:15:30 AM`, `01/03/2026, 10:15:30`. */
const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:,? (\d{1,2}):(\d\d)(?::(\d\d))?(?:[\s\u202f]([AP])M)?)?$/
/** And in German and many others: `01.03.2026, 10:15:30`. */
const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,? (\d{1,2}):(\d\d)(?::(\d\d))?)?$/

/** Reads a time as people write it in numbers, without a zone. */
export function localTimestamp(text: string): Timestamp | undefined {
  const german = dotted.exec(text)
  if (german !== null) {
    const [, date, month, year, hour, minute, second] = german
    return moment('dotted', { year, month, date, hour, minute, second })
  }
  const english = slashed.exec(text)
  if (english === null) return undefined
  const [, first, other, year, hour, minute, second, half] = english
  const american = moment('english', { year, month: first, date: other, hour, minute, second, half })
  if (half !== undefined) return american
  const british = moment('english', { year, month: other, date: first, hour, minute, second })
  if (american === undefined || british === undefined) return american ?? (british && { ...british, format: `${british.format} day first` })
  return { ...american, otherwise: british }
}

interface Numbers {
  readonly year: string | undefined
  readonly month: string | undefined
  readonly date: string | undefined
  readonly hour: string | undefined
  readonly minute: string | undefined
  readonly second: string | undefined
  readonly half?: string | undefined
}

function moment(name: string, { year, month, date, hour, minute, second, half }: Numbers): Timestamp | undefined {
  const midnight = midnightOf(Number(year), Number(month), Number(date))
  if (midnight === undefined) return undefined
  if (hour === undefined) return { ms: midnight, format: `${name} date`, resolutionMs: day, unit: 'day' }
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'P' ? 12 : 0)
  const time = timeOfDay(hours, Number(minute), Number(second ?? 0))
  if (time === undefined) return undefined
  const format = `${name}${second === undefined ? ' minutes' : ''}${half === undefined ? '' : ' am'}`
  return { ms: midnight + time, format, resolutionMs: second === undefined ? 60_000 : 1000 }
}
