// The same API after a "harmless" clean-up of the shipping rule. No unit test noticed; the recorded traffic does.
import { startServer } from './src/server.js'

function shippingFor(totalCents) {
  return totalCents > 10_000 ? 0 : 490 // was >=: an order of exactly 100.00 no longer ships for free
}

await startServer({ shippingFor })
