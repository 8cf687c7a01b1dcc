/** 200 distinct bodies of 2 KB. */
import http from 'node:http'

const bodies = Array.from({ length: 200 }, (_, item) => {
  let state = item + 1
  const next = () => (state = (state * 48271) % 2147483647)
  // Text, not JSON: some peers store JSON parsed, and would give back other bytes.
  const words = Array.from({ length: 400 }, () => next().toString(36))
  return `item ${item}: ${words.join(' ')}`.slice(0, 2048)
})
const server = http.createServer((request, response) => {
  response.setHeader('content-type', 'text/plain')
  response.end(bodies[Number(request.url.slice('/item/'.length))] ?? 'nothing')
})
// A fixed keep-alive for the length of a run.
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
