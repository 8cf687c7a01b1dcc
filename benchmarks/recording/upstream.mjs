/** The service that the app's fourth route calls. */
import http from 'node:http'

const body = JSON.stringify({
  price: 1299,
  currency: 'EUR',
  stock: Array.from({ length: 40 }, (_, index) => ({ id: index, count: index * 3 })),
})
const server = http.createServer((_, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(body)
})
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
