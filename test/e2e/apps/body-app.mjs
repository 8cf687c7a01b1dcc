// Reads its bodies by events, as much old and all low-level code does, and draws in the last one.
import { randomUUID } from 'node:crypto'
import http from 'node:http'

const server = http.createServer((request, response) => {
  let length = 0
  let first
  request.on('data', (chunk) => {
    length += chunk.length
    first ??= Math.random()
  })
  request.on('end', () => response.end(JSON.stringify({ id: randomUUID(), first, length, at: Date.now() })))
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
