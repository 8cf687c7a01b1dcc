// What a service asks of others, as a test would have it do: every client that the compatibility service uses.
// Every file of tests asks for things of its own: which worker runs which file is the runner's affair.
const http = require('node:http')
const axios = require('axios')
const { Client, Pool } = require('pg')
const undici = require('undici')

const upstream = process.env.UPSTREAM
const database = {
  host: '127.0.0.1',
  port: Number(process.env.PGPORT),
  user: process.env.PGUSER,
  password: process.env.PGPASSWORD,
  database: process.env.PGDATABASE,
}

const callsOf = (who) => ({
  fetch: async () => (await fetch(`${upstream}/fetch/${who}`)).json(),
  post: async () => (await fetch(`${upstream}/post/${who}`, { method: 'POST', body: 'hello' })).json(),
  http: () =>
    new Promise((resolve, reject) => {
      http
        .get(`${upstream}/http/${who}`, (response) => {
          let text = ''
          response
            .setEncoding('utf8')
            .on('data', (piece) => (text += piece))
            .on('end', () => resolve(JSON.parse(text)))
        })
        .on('error', reject)
    }),
  axios: async () => (await axios.get(`${upstream}/axios/${who}`, { adapter: 'http' })).data,
  undici: async () => (await undici.request(`${upstream}/undici/${who}`)).body.json(),
  pool: async () => {
    const pool = new Pool({ ...database, max: 2 })
    try {
      const { rows } = await pool.query('SELECT $1::text AS who, now() AS at, gen_random_uuid() AS id', [who])
      return rows
    } finally {
      await pool.end()
    }
  },
  client: async () => {
    const client = new Client(database)
    await client.connect()
    try {
      await client.query('BEGIN')
      const { rows } = await client.query(`SELECT txid_current()::text AS id, '${who}' AS who`)
      await client.query('COMMIT')
      return rows
    } finally {
      await client.end()
    }
  },
  // Not one of the ports that fetch refuses by itself.
  refused: () => fetch('http://127.0.0.1:10/').then(String, (error) => error.cause.code),
})

async function callAll(who, order) {
  const calls = callsOf(who)
  const answers = {}
  for (const name of order ?? Object.keys(calls)) answers[name] = await calls[name]()
  return { answers }
}

module.exports = { callAll }
