import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import express from 'express'
import { v7 as uuidv7 } from 'uuid'
import { cancelOrder, payOrder } from './checkout.js'
import { dayIn } from './days.js'
import { logIn, requireLogin } from './login.js'
import { converted, vatIn } from './money.js'
import { findOrder, listOrders, orderHistory, placeOrder } from './orders.js'
import { ProblemError } from './problem-error.js'
import { dailyReport, ordersAsCsv } from './reports.js'

/** The HTTP side: routes, validation, and errors as problem documents. */
export function createApi(services) {
  const { database, pricing, shippingFor, jwtSecret } = services
  const api = express()
  const login = requireLogin(jwtSecret)
  const withShipping = (order) => ({ ...order, shippingCents: shippingFor(order.totalCents), vatCents: vatIn(order.totalCents) })
  api.use(express.json())

  api.get('/health', async (_request, response) => {
    await database.query('SELECT 1')
    response.json({ ok: true, now: new Date(), uptimeSeconds: process.uptime(), requestId: uuidv7() })
  })

  api.post('/login', async (request, response) => {
    const { email, password } = request.body ?? {}
    response.json({ token: await logIn(services, email, password, response) })
  })

  api.get('/me', login, (request, response) => {
    response.set('Cache-Control', 'no-store').json({ email: request.email, role: request.role })
  })

  api.get('/products', async (request, response) => {
    const page = pageNumber(request)
    const { rows } = await database.query('SELECT sku, name, stock FROM products ORDER BY sku LIMIT 2 OFFSET $1', [(page - 1) * 2])
    if (rows.length === 2) response.links({ next: `/products?page=${page + 1}` })
    response.set('Cache-Control', 'public, max-age=60').vary('Accept-Language')
    response.json(rows)
  })

  api.get('/products/:sku', async (request, response) => {
    const { sku } = request.params
    const { rows } = await database.query('SELECT sku, name, stock, added_at FROM products WHERE sku = $1', [sku])
    if (rows.length === 0) throw new ProblemError(404, 'unknown product', `there is no product ${sku}`)
    const cents = await pricing.priceOf(sku)
    const { currency } = request.query
    const other = currency === undefined ? {} : { other: converted(cents, currency, await pricing.rates()) }
    response.json({ ...rows[0], cents, ...other, quotedAt: new Date() })
  })

  api.post('/products', login, async (request, response) => {
    const { sku, name, stock } = request.body ?? {}
    await database.query('INSERT INTO products (sku, name, stock) VALUES ($1, $2, $3)', [sku, name, stock])
    response.status(201).location(`/products/${sku}`).end()
  })

  api.post('/orders', login, async (request, response) => {
    const items = request.body?.items
    if (!Array.isArray(items) || items.length === 0) throw new ProblemError(400, 'bad order', 'items must be a list that is not empty')
    const order = await placeOrder(services, request.email, items)
    response.status(201).location(`/orders/${order.id}`).json(withShipping(order))
  })

  api.get('/orders', login, async (request, response) => {
    response.json(await listOrders(services, request.email, pageNumber(request), 2))
  })

  api.get('/orders/history', login, async (request, response) => {
    response.json(await orderHistory(services, request.email, request.query.after, 2))
  })

  api.get('/orders.csv', login, async (request, response) => {
    response.attachment(`orders-${dayIn('Europe/Berlin', new Date())}.csv`).type('text/csv')
    response.send(await ordersAsCsv(services, request.email))
  })

  api.get('/reports/daily', login, async (request, response) => {
    const zone = request.query.zone ?? 'UTC'
    if (!Intl.supportedValuesOf('timeZone').includes(zone) && zone !== 'UTC')
      throw new ProblemError(400, 'bad zone', 'there is no such zone')
    response.json(await dailyReport(services, request.email, zone))
  })

  api.post('/orders/:id/pay', login, async (request, response) => {
    response.json(await payOrder(services, request.email, request.params.id))
  })

  api.post('/orders/:id/cancel', login, async (request, response) => {
    response.json(await cancelOrder(services, request.email, request.params.id))
  })

  api.get('/orders/:id', login, async (request, response) => {
    response.json(withShipping(await findOrder(services, request.email, request.params.id)))
  })

  // Server-sent events: the order on its way, one event each few milliseconds.
  api.get('/orders/:id/events', login, async (request, response) => {
    const order = await findOrder(services, request.email, request.params.id)
    response.type('text/event-stream')
    for (const status of [order.status, 'packed', 'shipped']) {
      response.write(`data: ${JSON.stringify({ status, at: new Date() })}\n\n`)
      await sleep(10 + randomInt(20))
    }
    response.end()
  })

  // Four questions at once, to two systems; the answers come in any order.
  api.get('/dashboard', async (_request, response) => {
    const [orders, revenue, low, rates] = await Promise.all([
      database.query('SELECT count(*)::int AS count FROM orders'),
      database.query('SELECT coalesce(sum(total_cents), 0)::int AS cents FROM orders'),
      database.query('SELECT sku FROM products WHERE stock < 10 ORDER BY sku'),
      pricing.rates(),
    ])
    response.json({ orders: orders.rows[0].count, revenue: revenue.rows[0].cents, lowStock: low.rows.map((row) => row.sku), rates })
  })

  api.use((request) => {
    throw new ProblemError(404, 'not found', `there is nothing at ${request.method} ${request.path}`)
  })
  api.use(sendProblem)
  return api
}

function pageNumber(request) {
  const page = Number(request.query.page ?? 1)
  if (!Number.isInteger(page) || page < 1) throw new ProblemError(400, 'bad page', 'page must be a whole number from 1 on')
  return page
}

const byConstraint = {
  products_pkey: 'there is a product with this sku already',
  products_stock_check: 'there is not enough of it in stock',
  order_lines_pkey: 'a product may stand in an order only once',
}

function sendProblem(error, request, response, _next) {
  const conflict = byConstraint[error.constraint]
  const status = conflict === undefined ? (error.status ?? 500) : 409
  const detail = status === 500 ? 'something went wrong on our side' : (conflict ?? error.message)
  if (status === 500) console.error(error)
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ status, title: error.title ?? (conflict ? 'conflict' : 'error'), detail, instance: request.originalUrl }))
}
