import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type PostgresService, startPostgres } from '../../../../test/services/postgres.ts'
import { type Address, directly, failure, sameInBothRuns } from '../harness/postgres-runs.ts'

let service: PostgresService

beforeAll(async () => {
  service = await startPostgres()
  await directly(
    service,
    `CREATE TYPE mood AS ENUM ('sad', 'ok');
     CREATE TABLE things (id serial PRIMARY KEY, name text NOT NULL UNIQUE, data jsonb, tags text[], moods mood[], at timestamptz, n bigint);
     INSERT INTO things (name, data, tags, moods, at, n)
       SELECT 'thing ' || i, jsonb_build_object('i', i), ARRAY['x', 'y'], ARRAY['sad', 'ok']::mood[], '2026-02-03T04:05:06Z'::timestamptz, i * 1000000000000
       FROM generate_series(1, 100) i`,
  )
})
afterAll(() => service.stop())

type Sql = postgres.Sql<{ bigint: bigint }>

async function withSql<View>(
  address: Address,
  run: (sql: Sql) => Promise<View>,
  options: postgres.Options<Record<string, postgres.PostgresType>> = {},
): Promise<View> {
  const sql = postgres({ ...address, username: address.user, max: 1, onnotice: () => undefined, ...options }) as unknown as Sql
  try {
    return await run(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

interface Rows extends Iterable<unknown> {
  readonly count: number
  readonly command: string
  readonly columns?: readonly { readonly name: unknown; readonly type: number }[]
}

function rows(result: Rows): unknown {
  return {
    rows: [...result],
    count: result.count,
    command: result.command,
    columns: result.columns?.map(({ name, type }) => ({ name, type })),
  }
}

/** postgres.js adds what it was asked; the error's own fields are what the server said. */
async function refusal(promise: PromiseLike<unknown>): Promise<unknown> {
  const { stack: _, query, parameters, ...rest } = await failure(promise)
  return { ...rest, query, parameters }
}

for (const fetchTypes of [true, false]) {
  describe(`postgres.js ${fetchTypes ? 'that fetches types' : 'that does not fetch types'}`, () => {
    it('queries with and without parameters', () =>
      sameInBothRuns(service, (address) =>
        withSql(
          address,
          async (sql) =>
            [
              rows(await sql`SELECT 1 AS one, ${'text'} AS t`),
              rows(await sql`SELECT * FROM things WHERE id = ${3}`),
              rows(await sql`SELECT * FROM things WHERE id = ${4}`),
              rows(await sql`SELECT * FROM things WHERE name IN ${sql(['thing 1', 'thing 2'])} ORDER BY id`),
              rows(
                await sql`SELECT ${fetchTypes ? sql.array(['a', 'b']) : '{a,b}'}::text[] AS a, ${sql.json({ b: [1] })} AS j, ${new Date(0)}::timestamptz AS d, ${Buffer.from([1, 255])} AS b, ${true}::bool AS y, ${null}::text AS n, ${12n} AS big`,
              ),
              rows(await sql.unsafe('SELECT id, tags, moods FROM things WHERE id < $1 ORDER BY id', [5])),
              rows(await sql.unsafe('SELECT id FROM things WHERE id < $1 ORDER BY id', [5], { prepare: false })),
              (await sql.unsafe('SELECT 1 AS a; SELECT 2 AS b').simple()) as unknown,
              [...(await sql`SELECT id, name FROM things WHERE id < 4 ORDER BY id`.values())],
              [...(await sql`SELECT id, name FROM things WHERE id < 4 ORDER BY id`.raw())].map((row) => [...row].map(String)),
              (await sql`SELECT id, name FROM things WHERE id = ${1}`.describe()) as unknown as { name: string } & {
                types: unknown
                columns: unknown
              },
            ].map((seen) =>
              typeof seen === 'object' && seen !== null && 'types' in seen && 'columns' in seen
                ? { types: seen.types, columns: seen.columns }
                : seen,
            ),
          { fetch_types: fetchTypes },
        ),
      ))

    it('inserts, begins, saves and fails', () =>
      sameInBothRuns(
        service,
        (address) =>
          withSql(
            address,
            async (sql) => {
              const seen: unknown[] = []
              seen.push(rows(await sql`INSERT INTO things ${sql({ name: 'new', n: 5 } as never)} RETURNING name, n`))
              seen.push(await refusal(sql`INSERT INTO things ${sql({ name: 'new' } as never)}`))
              seen.push(
                await sql.begin(async (inner) => {
                  await inner`UPDATE things SET n = ${7} WHERE name = ${'new'}`
                  seen.push(
                    await refusal(
                      inner.savepoint('here', async (saved) => {
                        await saved`INSERT INTO things (name) VALUES (${'saved'})`
                        await saved`SELECT 1 / ${0}::int`
                      }),
                    ),
                  )
                  return [...(await inner`SELECT name, n FROM things WHERE name IN ('new', 'saved')`)]
                }),
              )
              seen.push(
                await refusal(
                  sql.begin(async (inner) => {
                    await inner`DELETE FROM things WHERE name = 'new'`
                    throw new Error('changed my mind')
                  }),
                ),
              )
              seen.push(rows(await sql`DELETE FROM things WHERE name = ${'new'} RETURNING n`))
              return seen
            },
            { fetch_types: fetchTypes },
          ),
        { prepare: "DELETE FROM things WHERE name IN ('new', 'saved')" },
      ))
  })
}

describe('postgres.js', () => {
  it('gives errors with all their fields, before there are parameters and after', () =>
    sameInBothRuns(service, (address) =>
      withSql(address, async (sql) => [
        await refusal(sql`SELEC ${1}`),
        await refusal(sql`SELECT * FROM nowhere WHERE id = ${1}`),
        await refusal(sql`SELECT * FROM nowhere WHERE id = ${1}`),
        await refusal(sql`SELECT * FROM nowhere`),
        await refusal(sql`SELECT ${'x'}::int`),
        await refusal(sql`SELECT 1 / ${0}::int`),
        rows(await sql`SELECT ${1}::int AS still`),
      ]),
    ))

  it('describes a statement that fails at first and not later', () =>
    sameInBothRuns(
      service,
      (address) =>
        withSql(address, async (sql) => [
          await refusal(sql`SELECT id FROM later WHERE id = ${1}`),
          rows(await sql`CREATE TABLE later (id int)`),
          rows(await sql`INSERT INTO later VALUES (${1})`),
          rows(await sql`SELECT id FROM later WHERE id = ${1}`),
        ]),
      { prepare: 'DROP TABLE IF EXISTS later' },
    ))

  it('describes a statement that fails later and not at first', () =>
    sameInBothRuns(
      service,
      async (address) => {
        const seen: unknown[] = []
        // A connection each, so that every one has it described.
        for (const change of ['SELECT 1', 'DROP TABLE sooner', 'CREATE TABLE sooner (id int)']) {
          await withSql(address, async (sql) => {
            seen.push(rows(await sql.unsafe(change)), await refusal(sql`SELECT id FROM sooner WHERE id = ${1}`.then(rows)))
          })
        }
        return seen
      },
      { prepare: 'DROP TABLE IF EXISTS sooner; CREATE TABLE sooner (id int)' },
    ))

  it('reads cursors, to the end and not', () =>
    sameInBothRuns(service, (address) =>
      withSql(address, async (sql) => {
        const seen: unknown[] = []
        await sql`SELECT id, name FROM things WHERE id <= ${25} ORDER BY id`.cursor(10, (part) => void seen.push([...part]))
        for await (const part of sql`SELECT id FROM things ORDER BY id`.cursor(30)) {
          seen.push([...part])
          if (seen.length > 4) break
        }
        seen.push(rows(await sql`SELECT 1 AS after`))
        await sql`SELECT id FROM things WHERE id < 8 ORDER BY id`.forEach((row) => void seen.push(row))
        return seen
      }),
    ))

  it('keeps many statements under way on one connection', () =>
    sameInBothRuns(service, (address) =>
      withSql(
        address,
        async (sql) => {
          const all: PromiseLike<unknown>[] = []
          for (let id = 1; id <= 30; id++) all.push(sql`SELECT name FROM things WHERE id = ${id}`.then((result) => [...result]))
          all.push(refusal(sql`SELECT 1 / ${0}::int`))
          for (let id = 1; id <= 10; id++) all.push(sql`SELECT name FROM things WHERE id = ${id}`.then((result) => [...result]))
          all.push(sql`SELECT 1 AS simple`.simple().then((result) => [...result]))
          return Promise.all(all)
        },
        { max: 2 },
      ),
    ))

  it('listens and notifies', () =>
    sameInBothRuns(service, (address) =>
      withSql(
        address,
        async (sql) => {
          const seen: string[] = []
          let arrived: () => void = () => undefined
          const { unlisten } = await sql.listen('js news', (payload) => {
            seen.push(payload)
            arrived()
          })
          for (const payload of ['one', 'two', 'three']) {
            const arrival = new Promise<void>((resolve) => (arrived = resolve))
            await sql.notify('js news', payload)
            await arrival
          }
          await unlisten()
          return seen
        },
        { max: 2 },
      ),
    ))

  it('copies in and out', () =>
    sameInBothRuns(
      service,
      (address) =>
        withSql(address, async (sql) => {
          const writable = await sql`COPY js_copied (id, name) FROM STDIN`.writable()
          await pipeline(Readable.from(['1\tone\n', '2\ttwo\n3\tthree\n']), writable)
          const readable = await sql`COPY js_copied TO STDOUT`.readable()
          let text = ''
          for await (const piece of readable) text += String(piece)
          return [text, rows(await sql`SELECT count(*)::int AS n FROM js_copied`)]
        }),
      { prepare: 'DROP TABLE IF EXISTS js_copied; CREATE TABLE js_copied (id int, name text)' },
    ))

  it('reproduces a refused start-up', () =>
    sameInBothRuns(service, (address) => withSql({ ...address, database: 'there_is_none' }, (sql) => refusal(sql`SELECT 1`))))

  it('asks which server may be written to', () =>
    sameInBothRuns(service, (address) =>
      withSql(address, async (sql) => rows(await sql`SELECT 1 AS one`), { target_session_attrs: 'read-write' }),
    ))
})
