// Some forty requests, as clients of a shop make them. Returns how many were made.

const headers = { 'content-type': 'application/json', 'user-agent': 'demo-client' }

/** @param base URL of the API. */
export async function shop(base) {
  let count = 0
  let token
  let asBrowser = false
  const send = async (method, path, body) => {
    count++
    const credentials =
      token === undefined ? {} : asBrowser ? { cookie: `theme=dark; session=${token}` } : { authorization: `Bearer ${token}` }
    const response = await fetch(base + path, { method, headers: { ...headers, ...credentials }, body: body && JSON.stringify(body) })
    const text = await response.text()
    return response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
  }

  await send('GET', '/health')
  await send('GET', '/products')
  await send('GET', '/products?page=2')
  await send('GET', '/products?page=0')
  await send('GET', '/products/tea')
  await send('GET', '/products/gold')
  await send('GET', '/products/tray')
  await send('POST', '/orders', { items: [{ sku: 'tea', quantity: 1 }] })
  await send('POST', '/login', { email: 'ada@example.com', password: 'guess' })
  token = (await send('POST', '/login', { email: 'ada@example.com', password: 'correct horse' })).token

  await send('POST', '/products', { sku: 'scale', name: 'Kitchen scale', stock: 5 })
  await send('POST', '/products', { sku: 'scale', name: 'Kitchen scale', stock: 5 })
  const small = await send('POST', '/orders', { items: [{ sku: 'cup', quantity: 2 }] })
  const exact = await send('POST', '/orders', { items: [{ sku: 'pot', quantity: 2 }] })
  await send('POST', '/orders', {
    items: [
      { sku: 'tea', quantity: 4 },
      { sku: 'cup', quantity: 6 },
    ],
  })
  await send('POST', '/orders', { items: [{ sku: 'whisk', quantity: 3 }] })
  await send('POST', '/orders', { items: [] })
  await send('GET', `/orders/${small.id}`)
  await send('GET', `/orders/${exact.id}`)
  await send('GET', '/orders/00000000-0000-4000-8000-000000000000')
  await send('GET', '/orders')
  await send('GET', '/orders?page=2')
  await send('GET', `/orders/${small.id}/events`)

  await send('POST', `/orders/${small.id}/pay`)
  await send('POST', `/orders/${small.id}/pay`)
  await send('POST', `/orders/${exact.id}/cancel`)
  await send('POST', `/orders/${small.id}/cancel`)
  const large = await send('POST', '/orders', { items: [{ sku: 'pot', quantity: 7 }] })
  await send('POST', `/orders/${large.id}/pay`)
  await send('POST', `/orders/${large.id}/cancel`)
  const first = await send('GET', '/orders/history')
  await send('GET', `/orders/history?after=${first.next}`)
  await send('GET', '/orders/history?after=nonsense')
  await send('GET', '/reports/daily?zone=Europe/Berlin')
  await send('GET', '/reports/daily?zone=Pacific/Auckland')
  await send('GET', '/reports/daily?zone=Moon/Base')
  await send('GET', '/orders.csv')
  await send('GET', '/products/tea?currency=USD')
  await send('GET', '/products/tea?currency=XYZ')
  asBrowser = true
  await send('GET', '/me')
  asBrowser = false
  await send('GET', '/me')

  // Together, so that calls of different requests mix on the pool's connections.
  await Promise.all([send('GET', '/dashboard'), send('GET', '/dashboard'), send('GET', '/health')])
  await send('GET', '/nowhere')
  return count
}
