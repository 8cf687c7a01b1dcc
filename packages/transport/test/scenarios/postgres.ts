import pg from 'pg'
// @ts-expect-error -- pg-cursor has no types
import Cursor from 'pg-cursor'
import { note, once } from '../stage/script.ts'

// A real driver over a real server: server replies depend on nothing that changes between two runs.
void (async () => {
  const pool = new pg.Pool({
    host: process.env['PGHOST'] ?? '127.0.0.1',
    port: Number(process.env['PGPORT'] ?? 5432),
    user: 'postgres',
    database: 'test',
    max: 1,
  })
  const { rows } = await pool.query('select $1::int as number, $2::text as text', [7, 'seven'])
  note(rows)
  await pool.query('select 1/0').catch((error: Error & { code: string }) => note(error.constructor.name, error.code, error.message))
  const client = await pool.connect()
  const cursor = client.query(new Cursor('select generate_series(1, 25) as n'))
  note((await cursor.read(10)).length, (await cursor.read(100)).length)
  await cursor.close()
  client.release()
  const big = await pool.query("select repeat('x', 3000000) as text")
  note((big.rows as { text: string }[])[0]?.text.length)
  note(pool.totalCount, pool.idleCount)
  await pool.end()
  const single = new pg.Client({
    host: process.env['PGHOST'] ?? '127.0.0.1',
    port: Number(process.env['PGPORT'] ?? 5432),
    user: 'postgres',
    database: 'test',
  })
  const ended = once(single, 'end')
  await single.connect()
  note((await single.query('select 2 as two')).rows)
  await single.end()
  await ended
  note('ended')
})()
