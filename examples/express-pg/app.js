// The orders API: `npm start`, with DATABASE_URL and PRICING_URL in the environment.
import { startServer } from './src/server.js'
import { shippingFor } from './src/shipping.js'

await startServer({ shippingFor })
