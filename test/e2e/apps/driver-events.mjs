// What pg and its pool tell the app by events and callbacks of connections; each line has the app's clock.
import pg from 'pg'
import QueryStream from 'pg-query-stream'

const began = Date.now()
const say = (what) => console.log(what, Date.now() - began)
const settings = { host: '127.0.0.1', port: Number(process.env.PGPORT) }

const client = new pg.Client(settings)
await client.connect()
client.on('notice', ({ message }) => say(`notice ${message}`))
await client.query(`DO $$ BEGIN RAISE NOTICE 'heard'; END $$`)
await new Promise((resolve) => {
  const stream = client.query(new QueryStream('SELECT * FROM nowhere'))
  stream.on('error', ({ code }) => {
    say(`stream ${code}`)
    resolve()
  })
  stream.resume()
})
await new Promise((resolve) => {
  client.on('end', () => say('end'))
  client.end(() => {
    say('ended')
    setImmediate(resolve)
  })
})

const pool = new pg.Pool({ ...settings, max: 1 })
for (const event of ['connect', 'acquire', 'release', 'remove']) pool.on(event, () => say(event))
await pool.query('SELECT 1')

// Two queries of one client, one under way and one in the queue, when its connection breaks.
const broken = new pg.Client(settings)
await broken.connect()
broken.on('error', () => say('error'))
await new Promise((resolve) => {
  broken.query('SELECT 1', () => {
    broken.query('SELECT 2', (error) => say(`under way: ${error?.message}`))
    broken.query('SELECT 3', (error) => {
      say(`queued: ${error?.message}`)
      resolve()
    })
    broken.connection.stream.destroy()
  })
})
await pool.end()
say('done')
