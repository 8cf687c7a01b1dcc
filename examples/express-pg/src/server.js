import { createApi } from './api.js'
import { openDatabase } from './database.js'
import { createPayments } from './payments.js'
import { createPricing } from './pricing.js'

/** Connects to the database, prepares it, and listens. Ends cleanly on SIGTERM and SIGINT. */
export async function startServer({ shippingFor }) {
  const database = await openDatabase(process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres')
  const upstream = process.env.PRICING_URL ?? 'http://127.0.0.1:4000'
  const jwtSecret = process.env.JWT_SECRET ?? 'only-for-the-demo'
  const services = { database, pricing: createPricing(upstream), payments: createPayments(upstream), shippingFor, jwtSecret }
  const server = createApi(services).listen(Number(process.env.PORT ?? 3000), () =>
    console.log(`orders API on port ${server.address().port}`),
  )

  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => {
      server.close(() => database.end())
      server.closeAllConnections()
    })
  }
}
