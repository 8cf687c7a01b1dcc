/** 200 distinct bodies of 2 KB. */
import http from 'node:http'

const things =
  'blue copper cotton glass green grey large leather linen oak orange paper plain plastic red rubber silver small steel white'.split(' ')
const kinds =
  'bottle box brush cable camera canvas chair cup desk door frame handle kettle lamp lock mirror mug pan pen plate rack shelf table'.split(
    ' ',
  )
const places = ['north', 'south', 'east', 'west', 'harbour', 'airport']
/**
 * Rows with the same names and other values, as APIs answer: deflate makes a fifth of them. (Random letters would carry 0.23 MB
 * of information, more than the whole cassette may have.) Text, not JSON: some peers store JSON parsed, and would give back
 * other bytes.
 */
const bodies = Array.from({ length: 200 }, (_, item) => {
  let state = item + 1
  const next = (below) => (state = (state * 48271) % 2147483647) % below
  const row = () =>
    `id: ${100_000 + next(900_000)}, name: ${things[next(things.length)]} ${kinds[next(kinds.length)]}, price: ${(next(100_000) / 100).toFixed(2)}, ` +
    `stock: ${next(500)}, warehouse: ${places[next(places.length)]}, updated: 2026-0${1 + next(9)}-${10 + next(19)}`
  return `item: ${item}\n${Array.from({ length: 24 }, row).join('\n')}`.slice(0, 2048)
})
const server = http.createServer((request, response) => {
  response.setHeader('content-type', 'text/plain')
  response.end(bodies[Number(request.url.slice('/item/'.length))] ?? 'nothing')
})
// A fixed keep-alive for the length of a run.
server.keepAliveTimeout = 600_000
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
