import { v4 as uuid } from 'uuid'
import { decodeCursor, encodeCursor } from './cursor.js'
import { inTransaction } from './database.js'
import { ProblemError } from './problem-error.js'

/** Places an order: reserves stock, asks for the prices of today, and keeps both, or nothing at all. */
export async function placeOrder({ database, pricing }, email, items) {
  return inTransaction(database, async (client) => {
    const id = uuid()
    const lines = []
    for (const { sku, quantity } of items) {
      const { rows } = await client.query('UPDATE products SET stock = stock - $2 WHERE sku = $1 RETURNING name, stock', [sku, quantity])
      if (rows.length === 0) throw new ProblemError(404, 'unknown product', `there is no product ${sku}`)
      lines.push({ sku, quantity, name: rows[0].name, cents: await pricing.priceOf(sku) })
    }
    const totalCents = lines.reduce((sum, line) => sum + line.cents * line.quantity, 0)
    const order = await client.query('INSERT INTO orders (id, email, total_cents) VALUES ($1, $2, $3) RETURNING status, placed_at', [
      id,
      email,
      totalCents,
    ])
    for (const { sku, quantity, cents } of lines) {
      await client.query('INSERT INTO order_lines VALUES ($1, $2, $3, $4)', [id, sku, quantity, cents])
    }
    return { id, status: order.rows[0].status, placedAt: order.rows[0].placed_at, totalCents, lines }
  })
}

/** One order of this buyer with its lines. */
export async function findOrder({ database }, email, id) {
  const [orders, lines] = await Promise.all([
    database.query('SELECT id, status, placed_at, total_cents FROM orders WHERE id = $1 AND email = $2', [id, email]),
    database.query('SELECT sku, name, quantity, cents FROM order_lines JOIN products USING (sku) WHERE order_id = $1 ORDER BY sku', [id]),
  ])
  const order = orders.rows[0]
  if (order === undefined) throw new ProblemError(404, 'unknown order', `there is no order ${id} of yours`)
  return { id: order.id, status: order.status, placedAt: order.placed_at, totalCents: order.total_cents, lines: lines.rows }
}

/** A page of this buyer's orders, the newest first. */
export async function listOrders({ database }, email, page, size) {
  const [{ rows: orders }, { rows: counted }] = await Promise.all([
    database.query('SELECT id, status, placed_at, total_cents FROM orders WHERE email = $1 ORDER BY placed_at DESC LIMIT $2 OFFSET $3', [
      email,
      size,
      (page - 1) * size,
    ]),
    database.query('SELECT count(*)::int AS total FROM orders WHERE email = $1', [email]),
  ])
  return { page, pages: Math.ceil(counted[0].total / size), orders }
}

/** This buyer's orders from the oldest on, from a cursor on. */
export async function orderHistory({ database }, email, after, limit) {
  const place = after === undefined ? { total: -1, id: '00000000-0000-0000-0000-000000000000' } : decodeCursor(after)
  const { rows } = await database.query(
    'SELECT id, total_cents, status FROM orders WHERE email = $1 AND (total_cents, id) > ($2, $3) ORDER BY total_cents, id LIMIT $4',
    [email, place.total, place.id, limit + 1],
  )
  const items = rows.slice(0, limit).map((row) => ({ id: row.id, totalCents: row.total_cents, status: row.status }))
  const last = items.at(-1)
  return { items, next: rows.length > limit ? encodeCursor({ total: last.totalCents, id: last.id }) : null }
}
