import { clockIn, dayIn } from './days.js'
import { shown, vatIn } from './money.js'

/** What was sold on each day of a zone, the newest day first. */
export async function dailyReport({ database }, email, zone) {
  const { rows } = await database.query('SELECT placed_at, total_cents, status FROM orders WHERE email = $1 ORDER BY placed_at, id', [
    email,
  ])
  const days = new Map()
  for (const { placed_at: placedAt, total_cents: cents, status } of rows) {
    const day = dayIn(zone, placedAt)
    const sum = days.get(day) ?? { day, orders: 0, cents: 0, firstAt: clockIn(zone, placedAt) }
    sum.orders++
    if (status !== 'cancelled') sum.cents += cents
    days.set(day, sum)
  }
  return [...days.values()].reverse().map((sum) => ({ ...sum, vatCents: vatIn(sum.cents), shown: shown(sum.cents) }))
}

/** All orders of a buyer as CSV (RFC 4180). */
export async function ordersAsCsv({ database }, email) {
  const { rows } = await database.query(
    'SELECT sku, name, quantity, cents FROM order_lines JOIN orders ON id = order_id JOIN products USING (sku) WHERE email = $1 ORDER BY sku, quantity',
    [email],
  )
  const lines = rows.map(({ sku, name, quantity, cents }) => [sku, quoted(name), quantity, (cents / 100).toFixed(2)].join(','))
  return ['sku,name,quantity,price', ...lines, ''].join('\r\n')
}

function quoted(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
