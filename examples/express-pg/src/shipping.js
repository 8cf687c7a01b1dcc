/** Shipping is free from 100.00 on. */
export function shippingFor(totalCents) {
  return totalCents >= 10_000 ? 0 : 490
}
