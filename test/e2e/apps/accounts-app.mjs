// Draws everything that apps draw for secrets, and sends it everywhere.
import crypto from 'node:crypto'
import http from 'node:http'
import zlib from 'node:zlib'
import express from 'express'
import { nanoid } from 'nanoid'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
const app = express()
app.use(express.json())

/** Asks the outside world, with what was drawn in a header, a query and a body. */
function tell(path, headers, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(`${process.env.UPSTREAM}${path}`, { method: 'POST', headers }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks).toString()))
    })
    request.on('error', reject)
    request.end(body)
  })
}

app.post('/login', async (request, response) => {
  const sid = crypto.randomBytes(24)
  const csrf = crypto.randomBytes(18).toString('base64')
  const account = crypto.randomUUID()
  await pool.query('INSERT INTO visits (id, ticket, raw, csrf) VALUES ($1, $2, $3, $4)', [account, sid.toString('base64url'), sid, csrf])
  response.setHeader('set-cookie', `visit=${sid.toString('base64url')}; Path=/; HttpOnly`)
  response.setHeader('x-csrf', encodeURIComponent(csrf))
  response.json({ account, ticket: sid.toString('hex'), csrf, salt: crypto.randomBytes(8).toString('hex').toUpperCase() })
})

app.get('/me', async (request, response) => {
  const ticket = /visit=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
  const { rows } = await pool.query('SELECT id, csrf, encode(raw, $2) AS raw FROM visits WHERE ticket = $1', [ticket, 'hex'])
  if (rows.length === 0) return response.status(401).json({ error: 'nobody' })
  response.json(rows[0])
})

app.post('/reset', async (request, response) => {
  const code = crypto.randomBytes(32).toString('hex')
  const state = Buffer.from(JSON.stringify({ code, at: 'reset' })).toString('base64url')
  const { rows } = await pool.query('INSERT INTO resets (id, code) VALUES ($1, $2) RETURNING id, code', [nanoid(), code])
  const echoed = await tell(
    `/mail?state=${state}`,
    { 'x-nonce': crypto.randomUUID(), 'content-type': 'application/json' },
    JSON.stringify({ link: `/reset/${code}`, id: rows[0].id }),
  )
  response.json({ ...rows[0], state, echoed: JSON.parse(echoed) })
})

app.post('/keys', async (request, response) => {
  const key = `sk_test_${crypto.randomBytes(20).toString('hex')}`
  await pool.query('INSERT INTO keys (digest, hint) VALUES ($1, $2)', [key, key.slice(0, 7)])
  const document = JSON.stringify({
    key,
    big: crypto.randomBytes(8).readBigUInt64BE().toString(),
    luck: Math.random(),
    short: Math.random().toString(36).slice(2, 11),
  })
  const body = zlib.gzipSync(document)
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip', 'content-length': body.length })
  response.end(body)
})

app.get('/keys', async (request, response) => {
  const { rows } = await pool.query('SELECT hint FROM keys WHERE digest = $1', [request.headers['x-partner']])
  response.status(rows.length === 0 ? 403 : 200).json(rows)
})

/** In two pieces that part a value. */
app.get('/stream', async (request, response) => {
  const text = `begin ${crypto.randomBytes(64).toString('hex')} end`
  response.write(text.slice(0, 50))
  await pool.query('SELECT 1')
  response.end(text.slice(50))
})

/** What follows from a drawn value, and cannot be known for its surrogate before somebody computes it. */
app.post('/derived', async (request, response) => {
  const token = crypto.randomBytes(32).toString('hex')
  const fingerprint = crypto.createHash('sha256').update(token).digest('hex')
  const { rows } = await pool.query('INSERT INTO marks (mark) VALUES ($1) RETURNING mark, length(mark) AS size', [fingerprint])
  const price = process.env.BEHAVIOUR === 'other price' ? 20 : 10
  response.json({ token, ...rows[0], price })
})

app.get('/derived', async (request, response) => {
  const mark = crypto.createHash('sha256').update(request.query.ref).digest('hex')
  const { rows } = await pool.query('SELECT mark FROM marks WHERE mark = $1', [mark])
  response.status(rows.length === 0 ? 404 : 200).json({ found: rows.length })
})

const server = app.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`))
process.on('SIGINT', () => server.close(() => pool.end().then(() => process.exit(0))))
