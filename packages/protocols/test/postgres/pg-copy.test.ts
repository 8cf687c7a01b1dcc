import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresService, startPostgres } from '../../../../test/services/postgres.ts'
import { type Address, bothRuns, directly, failure, sameInBothRuns } from '../harness/postgres-runs.ts'

let service: PostgresService

beforeAll(async () => {
  service = await startPostgres()
  await directly(service, 'CREATE TABLE copied (id int PRIMARY KEY, name text)')
})
afterAll(() => service.stop())

async function withClient<View>(address: Address, run: (client: pg.Client) => Promise<View>): Promise<View> {
  const client = new pg.Client(address)
  // A stream that fails leaves the client's own error unheard.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}

function* lines(from: number, to: number): Generator<string> {
  for (let id = from; id <= to; id++) yield `${id}\tname ${id}\n`
}

async function copyIn(client: pg.Client, rows: Iterable<string>, table: string = 'copied'): Promise<number> {
  const stream = client.query(copyFrom(`COPY ${table} (id, name) FROM STDIN`))
  await pipeline(Readable.from(rows), stream)
  return stream.rowCount
}

async function copyOut(client: pg.Client, sql: string): Promise<{ readonly text: string; readonly rows: number }> {
  const stream = client.query(copyTo(sql))
  let text = ''
  for await (const piece of stream) text += String(piece)
  return { text, rows: stream.rowCount }
}

describe('pg-copy-streams', () => {
  it('copies in and out', () =>
    sameInBothRuns(
      service,
      (address) =>
        withClient(address, async (client) => [
          await copyIn(client, lines(1, 2000)),
          await copyIn(client, lines(2001, 2003)),
          (await client.query('SELECT count(*)::int AS n FROM copied')).rows,
          await copyOut(client, 'COPY copied TO STDOUT'),
          await copyOut(client, 'COPY (SELECT id FROM copied WHERE id < 10) TO STDOUT WITH (FORMAT csv, HEADER)'),
          (await client.query('SELECT 1 AS after')).rows,
        ]),
      { prepare: 'TRUNCATE copied' },
    ))

  it('answers by the data, not by its pieces', () =>
    sameInBothRuns(service, (address) => withClient(address, (client) => copyIn(client, lines(1, 50))), {
      prepare: 'TRUNCATE copied',
      again: (address) => withClient(address, (client) => copyIn(client, [[...lines(1, 50)].join('')])),
    }))

  it('misses for other data', async () => {
    const { misses } = await bothRuns<unknown>(service, (address) => withClient(address, (client) => copyIn(client, lines(1, 5))), {
      prepare: 'TRUNCATE copied',
      again: (address) => withClient(address, (client) => failure(copyIn(client, lines(1, 6)))),
    })
    expect(misses).toHaveLength(1)
  })

  it('reproduces copies that fail', () =>
    sameInBothRuns(
      service,
      (address) =>
        withClient(address, async (client) => [
          await failure(copyIn(client, lines(1, 3), 'not_there')),
          await failure(copyIn(client, [...lines(1, 3), ...lines(1, 1)])),
          await failure(copyOut(client, 'COPY not_there TO STDOUT')),
          await copyIn(client, lines(1, 3)),
          (await client.query('SELECT count(*)::int AS n FROM copied')).rows,
        ]),
      { prepare: 'TRUNCATE copied' },
    ))

  it('reproduces a copy that the client broke off', () =>
    sameInBothRuns(
      service,
      (address) =>
        withClient(address, async (client) => {
          const stream = client.query(copyFrom('COPY copied (id, name) FROM STDIN'))
          const ended = new Promise((resolve) => {
            stream.on('error', resolve)
            stream.on('close', resolve)
          })
          stream.write('1\tone\n')
          stream.destroy(new Error('second thoughts'))
          await ended
          return (await client.query('SELECT count(*)::int AS n FROM copied')).rows
        }),
      { prepare: 'TRUNCATE copied' },
    ))
})
