/** An app whose only driver is postgres.js: the file with its queries is the first of all that passes the hooks. */
import postgres from 'postgres'
import type { Stress } from './stress-preload.ts'

const { take, here, report } = (globalThis as unknown as { stress: Stress }).stress
const sql = postgres({
  host: process.env['PGHOST'] ?? '127.0.0.1',
  port: Number(process.env['PGPORT'] ?? 5432),
  user: 'postgres',
  database: 'test',
  max: 2,
})

void (async () => {
  const numbers = Array.from({ length: 50 }, (_, index) => index + 1)
  await Promise.all(
    numbers.map((number) =>
      take(number, async () => {
        await sql`select ${`mark${number}k`}::text as m`
        here(number, 'tagged')
      }),
    ),
  )
  await sql.end()
  console.log(JSON.stringify(report))
})()
