import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError } from './problem-error.js'

const attempts = 4

/** The pricing service: prices in cents. It is overloaded now and then, so we ask again, later each time. */
export function createPricing(baseUrl) {
  async function ask(path) {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(new URL(path, baseUrl))
      if (response.ok) return response.json()
      if (response.status === 404) throw new ProblemError(404, 'no price', `the pricing service does not know ${path}`)
      if (attempt === attempts) throw new ProblemError(502, 'no price', `the pricing service answered ${response.status} ${attempts} times`)
      // Full jitter: callers that failed together do not come back together.
      await sleep(Math.random() * 40 * 2 ** attempt)
    }
  }
  return {
    priceOf: async (sku) => (await ask(`/prices/${encodeURIComponent(sku)}`)).cents,
    rates: () => ask('/rates'),
  }
}
