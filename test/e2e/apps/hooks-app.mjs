// Calls an upstream, PostgreSQL and a seam, and says what came back.
import http from 'node:http'
import pg from 'pg'
import { seam } from 'retake'

const { UPSTREAM, DATABASE_URL } = process.env
const pool = DATABASE_URL === undefined ? undefined : new pg.Pool({ connectionString: DATABASE_URL, max: 1 })
const read = seam('vault.read', (name) => ({ name, owner: 'Grace Hopper' }))

const server = http.createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://app')
  const answer = await fetch(`${UPSTREAM}/people?of=Ada%20Lovelace`, { method: 'POST', body: JSON.stringify({ author: 'Ada Lovelace' }) })
  const person = await answer.json()
  const health = await fetch(`${UPSTREAM}/health`).then(
    ({ status }) => status,
    () => 'none',
  )
  const rows = pool === undefined ? [] : (await pool.query('select $1::text as author, 7 as n', ['Ada Lovelace'])).rows
  const body = JSON.stringify({ path: pathname, person, health, rows, seam: read('author') })
  response.setHeader('content-type', 'application/json').end(body)
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
process.on('SIGTERM', () => process.exit(0))
