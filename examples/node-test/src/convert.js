const ratesUrl = process.env.RATES_URL ?? 'http://127.0.0.1:4010'

/** Converts cents at the rate of now. @returns `{ cents, rate, at }` */
export async function convert(cents, from, to) {
  const response = await fetch(`${ratesUrl}/rates/${from}/${to}`)
  if (!response.ok) throw new Error(`no rate from ${from} to ${to}: ${response.status} ${(await response.json()).error}`)
  const { rate } = await response.json()
  return { cents: Math.round(cents * rate), rate, at: new Date().toISOString() }
}
