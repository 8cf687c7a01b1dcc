/** An app whose requests, answers, calls and rows are as large as it is asked for. */
import { createHash } from 'node:crypto'
import http from 'node:http'
import pg from 'pg'

const pool = new pg.Pool({
  host: process.env.PGHOST ?? '127.0.0.1',
  port: Number(process.env.PGPORT ?? 5432),
  user: process.env.PGUSER ?? 'postgres',
  database: process.env.PGDATABASE ?? 'postgres',
})
const largest = 64e6
/** The same in every run, and nothing that could be compressed. */
const noise = Buffer.alloc(largest)
for (let at = 0, state = 12345; at < largest; at += 4) noise.writeInt32LE((state = (Math.imul(state, 1664525) + 1013904223) | 0), at)

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex')
const row = (id) => ({ id, name: `customer ${id}`, note: 'a note '.repeat(12), total: id * 1.5, paid: true, tags: ['a', 'b'] })

const routes = {
  async '/upload'(request) {
    const hash = createHash('sha256')
    for await (const chunk of request) hash.update(chunk)
    return { hash: hash.digest('hex') }
  },
  '/download': (_, bytes) => noise.subarray(0, bytes),
  '/json': (_, bytes) => Buffer.from(JSON.stringify(Array.from({ length: bytes / 180 }, (_item, id) => row(id)))),
  async '/call'(_, bytes) {
    const answer = await fetch(`${process.env.UPSTREAM}/echo`, { method: 'POST', body: noise.subarray(0, bytes) })
    return { hash: digest(Buffer.from(await answer.arrayBuffer())) }
  },
  async '/rows'(_, bytes) {
    const { rows } = await pool.query("select n, repeat('row ' || n || ' ', 100) as text from generate_series(1, $1) n", [
      Math.round(bytes / 1000),
    ])
    return { hash: digest(rows.map(({ text }) => text).join('')) }
  },
}

const server = http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://app')
  try {
    const answer = await routes[url.pathname](request, Number(url.searchParams.get('bytes')))
    if (Buffer.isBuffer(answer))
      response.setHeader('content-type', url.pathname === '/json' ? 'application/json' : 'application/octet-stream').end(answer)
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  } catch (error) {
    response.writeHead(500).end(String(error.stack))
  }
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port, pid: process.pid }))
process.on('SIGTERM', () => process.exit())
