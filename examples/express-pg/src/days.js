// Days are those of the people who read them, and not of the server.

/** `2026-03-01`, as a calendar in that zone has it. */
export function dayIn(zone, date) {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(date)
}

/** `10:15` */
export function clockIn(zone, date) {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(date)
}
