// Orders in memory, with ids, numbers and times of each run. What it does wrong, it does on request: see BEHAVIOUR.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'

const behaviour = process.env.BEHAVIOUR ?? 'right'
const orders = []
let number = process.pid

const server = createServer(async (request, response) => {
  const send = (status, body, headers = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  const [, , id] = request.url.split('/')
  if (request.method === 'POST') {
    const now = Date.now()
    const order = {
      id: randomUUID(),
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + (behaviour === 'long' ? 7200_000 : 3600_000)).toISOString(),
      total: behaviour === 'dear' ? 4300 : 4200,
    }
    orders.push({ ...order, number: number++ })
    return send(201, order, { location: `/orders/${order.id}` })
  }
  if (id === undefined) return send(200, { orders: orders.map((order) => ({ id: order.id, createdAt: order.createdAt })) })
  const found = orders.find((order) => order.id === id)
  if (found === undefined) return send(404, { error: 'unknown order' })
  const shown = behaviour === 'swapped' ? orders[orders.length - 1 - orders.indexOf(found)] : found
  send(200, { id: shown.id, createdAt: shown.createdAt, total: shown.total })
})
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`))
process.on('SIGINT', () => process.exit(0))
process.on('SIGTERM', () => process.exit(0))
