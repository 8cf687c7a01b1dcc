/** An express and pg app with four routes; says over IPC how much CPU its main thread has used. */
import { readFileSync } from 'node:fs'
import http from 'node:http'
import express from 'express'
import pg from 'pg'

const pool = new pg.Pool({
  host: process.env.PGHOST ?? '127.0.0.1',
  port: Number(process.env.PGPORT ?? 5432),
  user: process.env.PGUSER ?? 'postgres',
  database: process.env.PGDATABASE ?? 'test',
  max: 8,
})
const agent = new http.Agent({ keepAlive: true })
const app = express()

app.get('/none', (request, response) => {
  response.json({ hello: 'world', query: request.query })
})
app.get('/one', async (_, response) => {
  const { rows } = await pool.query('select $1::int as id, now() as at', [7])
  response.json(rows[0])
})
app.get('/rows', async (_, response) => {
  const { rows } = await pool.query("select n as id, 'customer ' || n as name, n * 1.5 as total, now() as at from generate_series(1, 50) n")
  response.json(rows)
})
app.get('/call', (_, response, next) => {
  http
    .get({ host: '127.0.0.1', port: process.env.UPSTREAM, path: '/price?sku=1', agent }, (incoming) => {
      let body = ''
      incoming.setEncoding('utf8')
      incoming.on('data', (text) => (body += text))
      incoming.on('end', () => response.json(JSON.parse(body)))
    })
    .on('error', next)
})

/** µs of CPU of the main thread alone: the recording worker is on another core, and counted for nothing here. */
function mainThreadCpu() {
  if (process.threadCpuUsage !== undefined) {
    const { user, system } = process.threadCpuUsage()
    return user + system
  }
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e3
  } catch {
    const { user, system } = process.cpuUsage()
    return user + system
  }
}

const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port, pid: process.pid }))
/** Names of Retake's bundles that this thread has loaded. */
function loadedBundles() {
  const bundles = globalThis[Symbol.for('retake.shared.v1')]?.get('bundles')?.bundles ?? new Map()
  return [...bundles.keys()].map((file) => file.split('/').at(-1))
}

process.on('message', (asked) => process.send(asked === 'bundles' ? { bundles: loadedBundles() } : { cpu: mainThreadCpu() }))
