// A service with spans: one inbound request makes an HTTP call and a query. /spans tells what was traced so far.
const http = require('node:http')
const { Pool } = require('pg')

const pool = new Pool({
  host: '127.0.0.1',
  port: Number(process.env.PGPORT),
  user: process.env.PGUSER,
  password: process.env.PGPASSWORD,
  database: process.env.PGDATABASE,
  max: 2,
})

const get = (url) =>
  new Promise((resolve, reject) => {
    http
      .get(url, (response) => {
        let text = ''
        response
          .setEncoding('utf8')
          .on('data', (piece) => (text += piece))
          .on('end', () => resolve(JSON.parse(text)))
      })
      .on('error', reject)
  })

const server = http.createServer(async (request, response) => {
  if (request.url === '/spans') {
    const spans = globalThis.finishedSpans().map((span) => ({
      name: span.name,
      kind: span.kind,
      scope: span.instrumentationScope.name,
      traceId: span.spanContext().traceId,
      spanId: span.spanContext().spanId,
      parent: span.parentSpanContext?.spanId,
      status: span.status.code,
      keys: Object.keys(span.attributes).sort(),
    }))
    return response.end(JSON.stringify(spans))
  }
  try {
    const price = await get(`${process.env.UPSTREAM}${request.url}`)
    const { rows } = await pool.query('SELECT gen_random_uuid() AS id, now() AS at')
    response.end(JSON.stringify({ price, rows, at: Date.now() }))
  } catch (error) {
    response.writeHead(500).end(String(error.stack))
  }
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
