/** Midnight UTC of a date, ms since the epoch; `undefined` when the calendar does not have it. */
export function midnightOf(year: number, month: number, date: number): number | undefined {
  const ms = Date.UTC(year, month - 1, date)
  const read = new Date(ms)
  return read.getUTCMonth() === month - 1 && read.getUTCDate() === date ? ms : undefined
}

/** Milliseconds since midnight; `undefined` when no clock shows it. A second may be a leap second, and midnight 24:00. */
export function timeOfDay(hour: number, minute: number, second: number): number | undefined {
  const ms = ((hour * 60 + minute) * 60 + second) * 1000
  return minute > 59 || second > 60 || hour > 24 || (hour === 24 && ms > 86_400_000) ? undefined : ms
}
