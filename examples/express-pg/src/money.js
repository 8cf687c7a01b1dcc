// Money is whole cents; what is not whole is rounded once, and half a cent up.

const vatPercent = 19

/** The tax that a price in cents contains. */
export function vatIn(cents) {
  return Math.round((cents * vatPercent) / (100 + vatPercent))
}

/** `{ cents, currency }` at a rate. */
export function converted(cents, currency, rates) {
  const rate = rates[currency]
  return rate === undefined ? undefined : { cents: Math.round(cents * rate), currency }
}

/** `1.234,50 €` */
export function shown(cents) {
  return new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' }).format(cents / 100)
}
