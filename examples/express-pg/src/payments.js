import { ProblemError } from './problem-error.js'

const attempts = 3

/** The payment provider. A charge may be asked for again: the key makes sure that it is made once. */
export function createPayments(baseUrl) {
  return {
    async charge({ orderId, cents, key }) {
      for (let attempt = 1; ; attempt++) {
        const response = await fetch(new URL('/payments', baseUrl), {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': key },
          body: JSON.stringify({ reference: orderId, cents, currency: 'EUR', capture: true }),
        })
        if (response.ok) return response.json()
        if (response.status === 402) throw new ProblemError(402, 'declined', (await response.json()).error)
        if (attempt === attempts) throw new ProblemError(502, 'no payment', `the payment provider answered ${response.status}`)
      }
    },
  }
}
