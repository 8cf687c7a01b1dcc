import { randomUUID } from 'node:crypto'
import { inTransaction } from './database.js'
import { ProblemError } from './problem-error.js'

/** Pays an order: the charge is made while the order is locked, so that nobody pays twice. */
export async function payOrder({ database, payments }, email, id) {
  return inTransaction(database, async (client) => {
    const order = await lockedOrder(client, email, id)
    if (order.status !== 'placed') throw new ProblemError(409, 'conflict', `the order is ${order.status}`)
    const payment = await payments.charge({ orderId: id, cents: order.total_cents, key: randomUUID() })
    await client.query('UPDATE orders SET status = $2, payment_id = $3 WHERE id = $1', [id, 'paid', payment.id])
    await client.query('INSERT INTO audit (order_id, what, cents) VALUES ($1, $2, $3)', [id, 'paid', order.total_cents])
    return { id, status: 'paid', paymentId: payment.id, paidAt: new Date() }
  })
}

/** Cancels an order that is not paid, and puts what was reserved back. */
export async function cancelOrder({ database }, email, id) {
  return inTransaction(database, async (client) => {
    const order = await lockedOrder(client, email, id)
    if (order.status !== 'placed') throw new ProblemError(409, 'conflict', `the order is ${order.status}`)
    const { rows: lines } = await client.query('SELECT sku, quantity FROM order_lines WHERE order_id = $1 ORDER BY sku', [id])
    for (const { sku, quantity } of lines) await client.query('UPDATE products SET stock = stock + $2 WHERE sku = $1', [sku, quantity])
    await client.query('UPDATE orders SET status = $2 WHERE id = $1', [id, 'cancelled'])
    await client.query('INSERT INTO audit (order_id, what, cents) VALUES ($1, $2, $3)', [id, 'cancelled', order.total_cents])
    return { id, status: 'cancelled', putBack: lines }
  })
}

async function lockedOrder(client, email, id) {
  const { rows } = await client.query('SELECT status, total_cents FROM orders WHERE id = $1 AND email = $2 FOR UPDATE', [id, email])
  if (rows.length === 0) throw new ProblemError(404, 'unknown order', `there is no order ${id} of yours`)
  return rows[0]
}
