// The upstreams of the demo: prices that move with every question, payments, and a 503 for every fourth of them.
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'

const cents = { tea: 1250, pot: 5000, cup: 1800, whisk: 950 }

/** @returns The listening server. */
export async function startPricingService() {
  let questions = 0
  const server = createServer(async (request, response) => {
    const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const sku = /^\/prices\/(\w+)$/.exec(request.url)?.[1]
    questions++
    if (questions % 4 === 0) answer(503, { error: 'overloaded' })
    else if (request.url === '/payments') {
      const { cents } = await json(request)
      if (cents > 30_000) answer(402, { error: 'the limit of the card is reached' })
      else answer(201, { id: `pay_${randomBytes(12).toString('hex')}`, status: 'captured', cents, at: new Date() })
    } else if (request.url === '/rates') answer(200, { EUR: 1, USD: 1 + Math.random() / 5, at: new Date() })
    else if (sku in cents) answer(200, { sku, cents: cents[sku], validUntil: new Date(Date.now() + 60_000), quote: Math.random() })
    else answer(404, { error: 'unknown sku' })
  })
  await new Promise((resolve) => server.listen(Number(process.env.PRICING_PORT ?? 0), '127.0.0.1', resolve))
  return server
}

if (process.argv[1] === import.meta.filename) await startPricingService()
