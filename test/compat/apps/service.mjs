// A service that does what services do. It runs as it is (ESM), as its CommonJS twin, and bundled.
import crypto, { randomUUID } from 'node:crypto'
import http, { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import axios from 'axios'
import pg from 'pg'
import Cursor from 'pg-cursor'
import postgres from 'postgres'
import { request as undiciRequest } from 'undici'
import { v4, v7 } from 'uuid'

const upstream = `http://127.0.0.1:${process.env.UPSTREAM_PORT}`
const database = {
  host: '127.0.0.1',
  port: Number(process.env.PGPORT),
  user: process.env.PGUSER ?? 'postgres',
  password: process.env.PGPASSWORD ?? 'x',
  database: process.env.PGDATABASE ?? 'test',
}
const pool = new pg.Pool({ ...database, max: Number(process.env.POOL ?? 4) })
const sql = postgres({ ...database, username: database.user, max: 3, onnotice: () => {} })
const table = process.env.TABLE ?? 'retake_compat'
const agent = new http.Agent({ keepAlive: true, maxSockets: 3 })

await pool.query(`CREATE TABLE IF NOT EXISTS ${table} (id uuid PRIMARY KEY, name text UNIQUE, price numeric, made timestamptz, data jsonb)`)

const nodeGet = (path, options = {}) =>
  new Promise((resolve, reject) => {
    get(`${upstream}${path}`, { agent, ...options }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode,
          reason: response.statusMessage,
          headers: response.rawHeaders,
          trailers: response.rawTrailers,
          body: Buffer.concat(chunks).toString('base64'),
        }),
      )
    }).on('error', reject)
  })

const outcome = async (run) => {
  try {
    return await run()
  } catch (error) {
    const cause = error.cause ?? error
    return { failed: error.name, code: cause.code, syscall: cause.syscall, detail: error.detail, constraint: error.constraint }
  }
}

const routes = {
  '/clocks': async () => {
    const before = { date: Date.now(), performance: performance.now(), hrtime: String(process.hrtime.bigint()) }
    await sleep(15)
    return { before, after: { date: new Date().toISOString(), performance: performance.now(), hrtime: String(process.hrtime.bigint()) } }
  },
  '/random': async () => ({
    math: Math.random(),
    uuid: randomUUID(),
    uuids: [v4(), v7(), v7()],
    bytes: crypto.randomBytes(9).toString('hex'),
    later: (await promisify(crypto.randomBytes)(9)).toString('hex'),
    int: crypto.randomInt(1000),
    values: [...crypto.getRandomValues(new Uint16Array(3))],
  }),
  '/timers': async () => {
    const order = []
    await Promise.all([
      new Promise((resolve) => setTimeout(() => resolve(order.push('timeout 20')), 20)),
      new Promise((resolve) => setTimeout(() => resolve(order.push('timeout 0')), 0)),
      new Promise((resolve) => setImmediate(() => resolve(order.push('immediate')))),
      sleep(10).then(() => order.push('sleep 10')),
    ])
    let ticks = 0
    await new Promise((resolve) => {
      const interval = setInterval(() => {
        if (++ticks < 3) return
        clearInterval(interval)
        resolve()
      }, 4)
    })
    return { order, ticks, at: Date.now() }
  },
  '/race': async () => Promise.race([nodeGet('/slow?ms=30').then(() => 'call'), sleep(8).then(() => 'timer')]),
  '/fetch': async () => (await fetch(`${upstream}/price?sku=1`)).json(),
  '/fetch/many': async () => Promise.all([1, 2, 3, 4, 5].map(async () => (await fetch(`${upstream}/same`)).json())),
  '/fetch/gzip': async () => (await fetch(`${upstream}/gzip`)).json(),
  '/fetch/post': async () =>
    (
      await fetch(`${upstream}/echo`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: randomUUID() }),
      })
    ).json(),
  '/fetch/events': async () => {
    // Events that came in one packet are one piece for the `fetch` of one release, and two for that of another.
    let stream = ''
    for await (const piece of (await fetch(`${upstream}/events`)).body) stream += Buffer.from(piece).toString()
    return stream.split('\n\n')
  },
  '/fetch/refused': () => outcome(() => fetch('http://127.0.0.1:9/')),
  '/fetch/aborted': () => outcome(() => fetch(`${upstream}/slow?ms=5000`, { signal: AbortSignal.timeout(20) })),
  '/http': () => nodeGet('/price?sku=2'),
  '/http/binary': () => nodeGet('/binary'),
  '/http/trailers': () => nodeGet('/trailers'),
  '/http/nothing': () => nodeGet('/nothing'),
  '/http/head': () => nodeGet('/price', { method: 'HEAD' }),
  '/http/refused': () => outcome(() => nodeGet('/', { port: 9 })),
  '/http/reset': () => outcome(() => nodeGet('/reset')),
  '/axios': async () => (await axios.get(`${upstream}/price`, { params: { sku: 3 } })).data,
  '/undici': async () => (await undiciRequest(`${upstream}/price?sku=4`)).body.json(),
  '/retry': async () => {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(`${upstream}/unavailable`)
      if (response.ok || attempt === 6) return { attempt, status: response.status, body: await response.json() }
      await response.body?.cancel()
      await sleep(10 * attempt + Math.random() * 10)
    }
  },
  '/pg/select': async () => (await pool.query('SELECT $1::int AS n, now() AS at, gen_random_uuid() AS id, NULL AS nothing', [7])).rows,
  '/pg/insert': async () => {
    const name = `order-${randomUUID()}`
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      const { rows } = await client.query(`INSERT INTO ${table} VALUES ($1, $2, $3, $4, $5) RETURNING *`, [
        randomUUID(),
        name,
        '12.50',
        new Date(),
        { tags: ['a', 1, null] },
      ])
      await client.query('COMMIT')
      return rows
    } finally {
      client.release()
    }
  },
  '/pg/conflict': async () => {
    const name = `twice-${randomUUID()}`
    await pool.query(`INSERT INTO ${table} (id, name) VALUES ($1, $2)`, [randomUUID(), name])
    return outcome(() => pool.query(`INSERT INTO ${table} (id, name) VALUES ($1, $2)`, [randomUUID(), name]))
  },
  '/pg/error': () => outcome(() => pool.query('SELECT nothing FROM nowhere')),
  '/pg/named': async () =>
    (await pool.query({ name: 'count', text: `SELECT count(*)::int AS n FROM ${table} WHERE made > $1`, values: [new Date(0)] })).rows,
  '/pg/many': async () =>
    (
      await Promise.all(
        [1, 2, 3, 4, 5, 6].map((n) => pool.query('SELECT $1::int AS n, clock_timestamp() AS at, pg_backend_pid() > 0 AS alive', [n])),
      )
    ).map(({ rows }) => rows[0]),
  '/pg/cursor': async () => {
    const client = await pool.connect()
    try {
      const cursor = client.query(new Cursor('SELECT n, random() AS r FROM generate_series(1, 7) AS n'))
      const batches = []
      for (let rows = await cursor.read(3); rows.length > 0; rows = await cursor.read(3)) batches.push(rows)
      await cursor.close()
      return batches
    } finally {
      client.release()
    }
  },
  '/postgres': async () => {
    const [row] = await sql`SELECT ${5}::int AS n, now() AS at, ${'x'} AS text`
    const inside = await sql.begin(async (tx) => tx`SELECT txid_current()::text AS id`)
    return { row, inside }
  },
}

const server = http.createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://service')
  const route = routes[pathname]
  if (route === undefined) {
    response.writeHead(404, 'No Such Route').end()
    return
  }
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', async () => {
    try {
      const body = await route(Buffer.concat(chunks))
      response.writeHead(200, { 'content-type': 'application/json', 'X-Request-Id': randomUUID() })
      response.end(JSON.stringify(body ?? null))
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(String(error.stack ?? error))
    }
  })
})
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening ${server.address().port}`))
