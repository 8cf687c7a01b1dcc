/** Fifty takes at once over pools of two, a marker in every call. Built as ES module and as CommonJS. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import knexFactory from 'knex'
import pg from 'pg'
import Cursor from 'pg-cursor'
import QueryStream from 'pg-query-stream'
import postgres from 'postgres'
import { QueryTypes, Sequelize } from 'sequelize'
import { Pool as UndiciPool, Agent, request as undiciRequest, fetch as undiciFetch } from 'undici'
import type { Stress } from './stress-preload.ts'

const { take, here, report } = (globalThis as unknown as { stress: Stress }).stress
const database = {
  host: process.env['PGHOST'] ?? '127.0.0.1',
  port: Number(process.env['PGPORT'] ?? 5432),
  user: 'postgres',
  database: 'test',
}
const count = 50

async function everyTake(run: (number: number, mark: string) => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => take(index + 1, () => run(index + 1, `mark${index + 1}k`))))
}

async function check(number: number, where: string, answer: Promise<unknown>, expected: unknown): Promise<void> {
  const got = await answer
  here(number, where)
  if (JSON.stringify(got) !== JSON.stringify(expected)) report.failures.push(`${where}: ${JSON.stringify(got)}`)
}

const kinds: { readonly [kind: string]: () => Promise<void> } = {
  async 'pg pool'() {
    const pool = new pg.Pool({ ...database, max: 2, connectionTimeoutMillis: 20_000 })
    await everyTake(async (number, mark) => {
      await check(
        number,
        'promise',
        pool.query(`select '${mark}' as m`).then(({ rows }) => rows as unknown),
        [{ m: mark }],
      )
      await check(
        number,
        'parameters',
        pool.query('select $1::text as m', [mark]).then(({ rows }) => rows as unknown),
        [{ m: mark }],
      )
      const client = await pool.connect()
      here(number, 'connect')
      await check(
        number,
        'client',
        client.query(`select '${mark}' as m`).then(({ rows }) => rows as unknown),
        [{ m: mark }],
      )
      client.release()
      await new Promise<void>((resolve) => {
        pool.query(`select '${mark}' as m`, (_, result) => {
          here(number, 'callback')
          pool.connect((_, other, done) => {
            here(number, 'connect callback')
            other?.query(`select '${mark}' as m`, () => {
              here(number, 'client callback')
              done()
              resolve()
            })
          })
          void result
        })
      })
    })
    await pool.end()
  },
  async 'pg client, shared'() {
    const client = new pg.Client(database)
    await client.connect()
    await everyTake(async (number, mark) => {
      await check(
        number,
        'promise',
        client.query(`select '${mark}' as m`).then(({ rows }) => rows as unknown),
        [{ m: mark }],
      )
      await new Promise<void>((resolve) => client.query('select $1::text as m', [mark], () => (here(number, 'callback'), resolve())))
      await client.query(`select nothing from ${mark}`).catch(() => here(number, 'error'))
      const rows = client.query(new pg.Query(`select '${mark}' from generate_series(1, 3)`)) as unknown as NodeJS.EventEmitter
      await new Promise<void>((resolve) => rows.on('row', () => here(number, 'row')).on('end', () => (here(number, 'end'), resolve())))
    })
    await client.end()
  },
  async 'pg cursor and stream'() {
    const client = new pg.Client(database)
    await client.connect()
    await everyTake(async (number, mark) => {
      const cursor = client.query(new Cursor(`select '${mark}' as m from generate_series(1, 5)`))
      for (let rows = await cursor.read(2); rows.length > 0; rows = await cursor.read(2)) here(number, 'cursor')
      await new Promise<void>((resolve) => cursor.close(() => (here(number, 'close'), resolve())))
      const stream = client.query(new QueryStream('select $1::text as m from generate_series(1, 5)', [mark], { batchSize: 2 }))
      for await (const row of stream) here(number, `stream ${typeof row}`)
    })
    await client.end()
  },
  async 'pg outside, then inside'() {
    // A client that connected outside any take, and whose first query waits for the connection.
    const client = new pg.Client(database)
    const first = take(1, async () =>
      check(
        1,
        'queued before connect',
        client.query("select 'mark1k' as m").then(({ rows }) => rows as unknown),
        [{ m: 'mark1k' }],
      ),
    )
    await client.connect()
    await first
    await client.query("select 'mark0k'")
    await client.end()
  },
  async 'postgres.js'() {
    const sql = postgres({ ...database, max: 2 })
    await everyTake(async (number, mark) => {
      await check(number, 'plain', sql.unsafe(`select '${mark}' as m`), [{ m: mark }])
      await check(number, 'parameters', sql`select ${mark}::text as m`, [{ m: mark }])
      await check(number, 'own statement', sql.unsafe(`select $1::text as m, ${number} as n`, [mark], { prepare: true }), [
        { m: mark, n: number },
      ])
      await check(number, 'again', sql`select ${mark}::text as m, ${mark}::text as again`, [{ m: mark, again: mark }])
      await sql`select ${mark}::text as m from generate_series(1, 4)`.forEach(() => here(number, 'forEach'))
      await sql`select ${mark}::text as m from generate_series(1, 4)`.cursor(2, () => here(number, 'cursor'))
      for await (const rows of sql`select ${mark}::text as m from generate_series(1, 4)`.cursor(2)) here(number, `iterator ${rows.length}`)
      await sql.begin(async (inner) => {
        here(number, 'begin')
        await check(number, 'transaction', inner`select ${mark}::text as m`, [{ m: mark }])
      })
      await sql.unsafe(`select nothing from ${mark}`).catch(() => here(number, 'error'))
    })
    await sql.end()
  },
  async knex() {
    const knex = knexFactory({ client: 'pg', connection: database, pool: { min: 0, max: 2 } })
    await everyTake(async (number, mark) => {
      await check(
        number,
        'raw',
        knex.raw(`select '${mark}' as m`).then((result: { rows: unknown }) => result.rows),
        [{ m: mark }],
      )
      await knex.transaction(async (trx) =>
        check(
          number,
          'transaction',
          trx.raw('select ?::text as m', [mark]).then((result: { rows: unknown }) => result.rows),
          [{ m: mark }],
        ),
      )
    })
    await knex.destroy()
  },
  async sequelize() {
    const { host, port, user, database: name } = database
    const sequelize = new Sequelize({ dialect: 'postgres', host, port, username: user, database: name, pool: { max: 2 }, logging: false })
    await everyTake(async (number, mark) => {
      await check(number, 'query', sequelize.query(`select '${mark}' as m`, { type: QueryTypes.SELECT }), [{ m: mark }])
      await sequelize.transaction(async (transaction) => {
        await check(number, 'transaction', sequelize.query('select $1 as m', { bind: [mark], type: QueryTypes.SELECT, transaction }), [
          { m: mark },
        ])
      })
    })
    await sequelize.close()
  },
  async undici() {
    await withServer(async (origin) => {
      const pool = new UndiciPool(origin, { connections: 2 })
      const agent = new Agent({ connections: 2 })
      await everyTake(async (number, mark) => {
        await check(
          number,
          'pool',
          pool.request({ path: `/${mark}`, method: 'GET' }).then(({ body }) => body.text()),
          `/${mark} `,
        )
        await check(
          number,
          'post',
          pool.request({ path: `/${mark}`, method: 'POST', body: mark }).then(({ body }) => body.text()),
          `/${mark} ${mark}`,
        )
        await check(
          number,
          'agent',
          undiciRequest(`${origin}/${mark}`, { dispatcher: agent }).then(({ body }) => body.text()),
          `/${mark} `,
        )
        await check(
          number,
          'fetch',
          undiciFetch(`${origin}/${mark}`, { dispatcher: agent }).then((response) => response.text()),
          `/${mark} `,
        )
        await new Promise<void>((resolve) => {
          pool.request({ path: `/${mark}`, method: 'GET' }, (_, response) => {
            here(number, 'callback')
            response?.body.on('data', () => here(number, 'data')).on('end', () => (here(number, 'end'), resolve()))
          })
        })
      })
      await pool.close()
      await agent.close()
    })
  },
  async 'built-in fetch'() {
    await withServer(async (origin) => {
      await everyTake(async (number, mark) => {
        await check(
          number,
          'get',
          fetch(`${origin}/${mark}`).then((response) => response.text()),
          `/${mark} `,
        )
        await check(
          number,
          'post',
          fetch(`${origin}/${mark}`, { method: 'POST', body: mark }).then((response) => response.text()),
          `/${mark} ${mark}`,
        )
      })
    })
  },
}

async function withServer(run: (origin: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString())).on('end', () => void response.end(`${request.url} ${body}`))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  server.closeAllConnections()
  server.close()
}

async function main(): Promise<void> {
  const kind = process.argv[2] ?? ''
  await kinds[kind]?.()
  process.stdout.write(JSON.stringify(report), () => process.exit())
}
if (process.argv[2] === '--list') process.stdout.write(JSON.stringify(Object.keys(kinds)))
else void main()
