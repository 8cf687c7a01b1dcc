import pg from 'pg'
import Cursor from 'pg-cursor'
import QueryStream from 'pg-query-stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresService, startPostgres } from '../../../../test/services/postgres.ts'
import { type Address, directly, failure, sameInBothRuns } from '../harness/postgres-runs.ts'

let service: PostgresService

beforeAll(async () => {
  service = await startPostgres()
  await directly(
    service,
    `CREATE TABLE items (id serial PRIMARY KEY, name text NOT NULL UNIQUE, price numeric(10,2), tags text[], data jsonb, raw bytea, at timestamptz);
     INSERT INTO items (name, price, tags, data, raw, at)
       SELECT 'item ' || i, i * 1.25, ARRAY['a', 'b' || i], jsonb_build_object('i', i), decode(lpad(to_hex(i), 4, '0'), 'hex'), '2026-01-01T00:00:00Z'::timestamptz + i * interval '1 hour'
       FROM generate_series(1, 500) i`,
  )
})
afterAll(() => service.stop())

async function withClient<View>(address: Address, run: (client: pg.Client) => Promise<View>, options: pg.ClientConfig = {}): Promise<View> {
  const client = new pg.Client({ ...address, ...options })
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}

function resultView(result: pg.QueryResult | pg.QueryResult[]): unknown {
  if (Array.isArray(result)) return result.map(resultView)
  const { command, rowCount, rows, fields, oid } = result
  return { command, rowCount, rows, fields: fields.map((field) => ({ ...field })), oid }
}

describe('pg', () => {
  it('answers simple queries with their types', () =>
    sameInBothRuns(service, (address) =>
      withClient(address, async (client) => [
        resultView(await client.query('SELECT 1 AS one, now() IS NOT NULL AS yes, NULL AS nothing')),
        resultView(await client.query('SELECT * FROM items ORDER BY id LIMIT 20')),
        resultView(
          await client.query(
            "SELECT 'NaN'::float8 AS n, 'infinity'::timestamp AS i, '1 day 2 hours'::interval AS v, '{1,2,NULL}'::int[] AS a, '\\xdeadbeef'::bytea AS b",
          ),
        ),
        resultView(await client.query('')),
        resultView(await client.query('SELECT')),
      ]),
    ))

  it('answers the same text in the order in which it was answered', () =>
    sameInBothRuns(
      service,
      (address) =>
        withClient(address, async (client) => {
          const seen: unknown[] = []
          for (let index = 0; index < 3; index++) seen.push((await client.query("SELECT nextval('turns')")).rows)
          return seen
        }),
      { prepare: 'CREATE SEQUENCE turns' },
    ))

  it('answers statements with parameters, whatever the pieces of the wire', () =>
    sameInBothRuns(
      service,
      (address) =>
        withClient(address, async (client) => [
          resultView(await client.query('SELECT * FROM items WHERE id = $1', [7])),
          resultView(await client.query('SELECT * FROM items WHERE id = $1', [8])),
          resultView(
            await client.query('SELECT $1::text AS t, $2::int AS i, $3::bytea AS b, $4::json AS j', [
              'ä€😀',
              42,
              Buffer.from([0, 255]),
              { a: 1 },
            ]),
          ),
          resultView(await client.query('SELECT $1::text AS t', [null])),
          resultView(await client.query({ text: 'SELECT id, name FROM items WHERE id < $1 ORDER BY id', values: [4], rowMode: 'array' })),
          resultView(
            await client.query({
              text: 'SELECT id, price::float8 AS price, name, id > 1 AS more FROM items WHERE id < $1 ORDER BY id',
              values: [4],
              binary: true,
            } as pg.QueryConfig),
          ),
          resultView(await client.query('INSERT INTO items (name) VALUES ($1) RETURNING id > 0 AS ok', ['pieces'])),
          resultView(await client.query('DELETE FROM items WHERE name = $1', ['pieces'])),
        ]),
      { pieces: 7 },
    ))

  it('follows prepared names over a pool, whichever connection parsed', () =>
    sameInBothRuns(service, async (address) => {
      const pool = new pg.Pool({ ...address, max: 3 })
      const query = (id: number): Promise<unknown> =>
        pool.query({ name: 'by id', text: 'SELECT name FROM items WHERE id = $1', values: [id] }).then(resultView)
      const seen = [await query(1), await query(2), ...(await Promise.all([3, 4, 5, 6, 7, 8].map(query))), await query(9)]
      await pool.end()
      return seen
    }))

  it('answers over another number of connections', () =>
    sameInBothRuns(service, (address) => pooled(address, 1), { again: (address) => pooled(address, 5) }))

  it('answers several statements in one text', () =>
    sameInBothRuns(service, (address) =>
      withClient(address, async (client) => [
        resultView(
          (await client.query(
            'SELECT 1 AS a; SELECT 2 AS b, 3 AS c; UPDATE items SET price = price WHERE id < 3',
          )) as unknown as pg.QueryResult[],
        ),
        await failure(client.query('SELECT 1 AS a; SELECT 1/0; SELECT 3')),
        resultView(await client.query('SELECT 4 AS d')),
      ]),
    ))

  it('gives errors with all their fields', async () => {
    const { live } = await sameInBothRuns(service, (address) =>
      withClient(address, async (client) => [
        await failure(client.query('SELEC 1')),
        await failure(client.query('SELECT * FROM nowhere WHERE id = $1', [1])),
        await failure(client.query('SELECT $1::int', ['no number'])),
        await failure(client.query('SELECT 1 / $1::int', [0])),
        await failure(client.query("INSERT INTO items (name) VALUES ('item 1')")),
        await failure(client.query({ name: 'broken', text: 'SELECT * FROM nowhere' })),
        await failure(client.query({ name: 'broken', text: 'SELECT * FROM nowhere' })),
        resultView(await client.query('SELECT 1 AS still')),
      ]),
    )
    expect(live[4]).toMatchObject({
      code: '23505',
      constraint: 'items_name_key',
      table: 'items',
      detail: 'Key (name)=(item 1) already exists.',
    })
  })

  it('follows transactions', () =>
    sameInBothRuns(service, (address) =>
      withClient(address, async (client) => {
        const seen: unknown[] = []
        const status = (): unknown => (client as unknown as { _txStatus?: string })._txStatus
        const say = async (text: string, values?: unknown[]): Promise<void> => {
          seen.push(await failure(client.query(text, values as never).then(resultView)), status())
        }
        await say('BEGIN')
        await say('INSERT INTO items (name) VALUES ($1)', ['in transaction'])
        await say('SAVEPOINT here')
        await say('SELECT 1/0')
        await say('SELECT 1')
        await say('ROLLBACK TO SAVEPOINT here')
        await say('SELECT 1')
        await say('ROLLBACK')
        await say('BEGIN', [])
        await say('COMMIT AND CHAIN')
        await say('SELECT 2')
        await say('COMMIT')
        await say('BEGIN; SELECT 1/0')
        await say('COMMIT')
        await say('SELECT 3')
        return seen
      }),
    ))

  it('delivers what a deferred constraint says at the commit', () =>
    sameInBothRuns(
      service,
      (address) =>
        withClient(address, async (client) => [
          await failure(client.query('INSERT INTO children (parent) VALUES (1)')),
          await failure(client.query('INSERT INTO children (parent) VALUES ($1)', [1])),
          resultView(await client.query('BEGIN')),
          resultView(await client.query('INSERT INTO children (parent) VALUES ($1)', [2])),
          await failure(client.query('COMMIT')),
          resultView(await client.query('SELECT count(*) FROM children')),
        ]),
      {
        prepare:
          'CREATE TABLE parents (id int PRIMARY KEY); CREATE TABLE children (parent int REFERENCES parents DEFERRABLE INITIALLY DEFERRED)',
      },
    ))

  it('reads cursors part by part', () =>
    sameInBothRuns(service, (address) =>
      withClient(address, async (client) => {
        const cursor = client.query(new Cursor('SELECT id, name FROM items WHERE id <= $1 ORDER BY id', [25]))
        const seen: unknown[] = []
        for (;;) {
          const rows = await cursor.read(10)
          seen.push(rows)
          if (rows.length === 0) break
        }
        await cursor.close()
        const left = client.query(new Cursor('SELECT id FROM items ORDER BY id'))
        seen.push(await left.read(3))
        await left.close()
        seen.push(resultView(await client.query('SELECT 1 AS after')))
        const broken = client.query(new Cursor('SELECT * FROM nowhere WHERE id = $1', [1]))
        seen.push(await failure(broken.read(3)))
        const bad = client.query(new Cursor('SELECT $1::int', ['x']))
        seen.push(await failure(bad.read(3)))
        const late = client.query(new Cursor('SELECT 1 / (3 - i) FROM generate_series(1, 10) i'))
        seen.push(await late.read(2), await failure(late.read(2)))
        seen.push(resultView(await client.query('SELECT 2 AS after')))
        return seen
      }),
    ))

  it('cuts the rows of a cursor as this run asks', async () => {
    const all = (size: number) => (address: Address) =>
      withClient(address, async (client) => {
        const cursor = client.query(new Cursor('SELECT id FROM items WHERE id <= 30 ORDER BY id'))
        const seen: unknown[] = []
        for (;;) {
          const rows = await cursor.read(size)
          if (rows.length === 0) break
          seen.push(...rows)
        }
        await cursor.close()
        return seen
      })
    for (const [recorded, now] of [
      [10, 4],
      [4, 10],
      [7, 7],
      [100, 10],
      [10, 100],
      [15, 30],
    ] as const) {
      await sameInBothRuns(service, all(recorded), { again: all(now) })
    }
  })

  it('streams rows', () =>
    sameInBothRuns(service, (address) =>
      withClient(address, async (client) => {
        const rows: unknown[] = []
        for await (const row of client.query(
          new QueryStream('SELECT id, name FROM items WHERE id > $1 ORDER BY id', [100], { batchSize: 64 }),
        ))
          rows.push(row)
        return rows
      }),
    ))

  it('delivers notices', () =>
    sameInBothRuns(service, (address) =>
      withClient(address, async (client) => {
        const seen: unknown[] = []
        client.on('notice', (notice) => seen.push({ severity: notice.severity, message: notice.message, code: notice.code }))
        seen.push(resultView(await client.query("DO $$ BEGIN RAISE NOTICE 'first %', 1; RAISE WARNING 'second'; END $$")))
        seen.push(resultView(await client.query('DROP TABLE IF EXISTS never_there')))
        seen.push(resultView(await client.query(`SELECT $1::text AS "${'x'.repeat(70)}"`, ['long name'])))
        return seen
      }),
    ))

  it('delivers notifications, on the listening connection and across connections', () =>
    sameInBothRuns(service, (address) =>
      withClient(address, async (listener) =>
        withClient(address, async (other) => {
          const seen: unknown[] = []
          const waiting: (() => void)[] = []
          listener.on('notification', ({ channel, payload }) => {
            seen.push([channel, payload])
            waiting.shift()?.()
          })
          const next = (): Promise<void> => new Promise((resolve) => waiting.push(resolve))
          await listener.query('LISTEN news; LISTEN "Other"')
          await listener.query("NOTIFY news, 'to myself'")
          seen.push('asked')
          for (const payload of ['one', 'two']) {
            const arrived = next()
            await other.query("SELECT pg_notify('news', $1)", [payload])
            await arrived
          }
          const arrived = next()
          await other.query('NOTIFY "Other"')
          await arrived
          await listener.query('UNLISTEN *')
          await other.query("NOTIFY news, 'unheard'")
          await listener.query('SELECT 1')
          return seen
        }),
      ),
    ))

  it('keeps many statements under way on one connection', () =>
    sameInBothRuns(service, (address) =>
      withClient(
        address,
        async (client) =>
          Promise.all([
            client.query('SELECT 1 AS a').then(resultView),
            client.query('SELECT $1::int AS b', [2]).then(resultView),
            failure(client.query('SELECT 1 / $1::int', [0])),
            client.query({ name: 'p', text: 'SELECT $1::int AS c', values: [3] }).then(resultView),
            client.query({ name: 'p', text: 'SELECT $1::int AS c', values: [4] }).then(resultView),
            failure(client.query('SELEC')),
            client.query('SELECT 5 AS d').then(resultView),
          ]),
        { pipeline: true } as pg.ClientConfig,
      ),
    ))
})

async function pooled(address: Address, max: number): Promise<unknown> {
  const pool = new pg.Pool({ ...address, max })
  const transaction = async (name: string): Promise<unknown> => {
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      const { rows } = await client.query('SELECT name FROM items WHERE name = $1', [name])
      await client.query('COMMIT')
      return rows
    } finally {
      client.release()
    }
  }
  const seen = await Promise.all(Array.from({ length: 12 }, (_, index) => transaction(`item ${index + 1}`)))
  await pool.end()
  return seen
}
