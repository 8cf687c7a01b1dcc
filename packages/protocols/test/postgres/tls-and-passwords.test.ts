import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresService, startPostgres } from '../../../../test/services/postgres.ts'
import { query, RawClient, startup } from '../harness/postgres-raw-client.ts'
import { bothRuns, failure, sameInBothRuns } from '../harness/postgres-runs.ts'

let service: PostgresService

beforeAll(async () => {
  service = await startPostgres({ tls: true, scram: true })
})
afterAll(() => service.stop())

describe('a server with TLS and SCRAM-SHA-256', () => {
  it('is heard and served with pg, and no password is kept', async () => {
    const { interactions, front, live } = await sameInBothRuns(service, async (address) => {
      const pool = new pg.Pool({ ...address, ssl: { rejectUnauthorized: false }, max: 2 })
      const seen = await Promise.all(
        [1, 2, 3].map(async (n) => (await pool.query('SELECT $1::int AS n, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()', [n])).rows),
      )
      await pool.end()
      return seen
    })
    expect(live[0]).toEqual([{ n: 1, ssl: true }])
    const kept = JSON.stringify([interactions, [...front.collector.facts]])
    expect(kept).not.toContain(service.password)
    expect(kept).not.toContain('SCRAM')
  })

  it('is heard and served with postgres.js', () =>
    sameInBothRuns(service, async (address) => {
      const sql = postgres({ ...address, username: address.user, ssl: 'require', max: 1 })
      const seen = [...(await sql`SELECT ${'encrypted'} AS how`)]
      await sql.end()
      return seen
    }))

  it('refuses a wrong password again, and a right one never', () =>
    sameInBothRuns(service, async (address) => {
      const wrong = new pg.Client({ ...address, password: 'wrong', ssl: { rejectUnauthorized: false } })
      const refused = await failure(wrong.connect())
      const right = new pg.Client({ ...address, ssl: { rejectUnauthorized: false } })
      await right.connect()
      const { rows } = await right.query('SELECT 1 AS one')
      await right.end()
      return [refused, rows]
    }))

  it('refuses a wrong password where it did, between right ones', async () => {
    const { live } = await sameInBothRuns(service, async (address) => {
      const connected = async (password: string): Promise<unknown> => {
        const client = new pg.Client({ ...address, password, ssl: { rejectUnauthorized: false } })
        await client.connect()
        const { rows } = await client.query('SELECT 1 AS one')
        await client.end()
        return rows
      }
      return [await connected(address.password), await failure(connected('wrong')), await connected(address.password)]
    })
    expect(live[1]).toMatchObject({ code: '28P01' })
  })

  it('lets in whoever asks, once the server is gone: who it is was proven when it was recorded', async () => {
    const query = (password: string) => async (address: pg.ClientConfig) => {
      const client = new pg.Client({ ...address, password, ssl: { rejectUnauthorized: false } })
      await client.connect()
      const { rows } = await client.query('SELECT 1 AS one')
      await client.end()
      return rows
    }
    const { live, served } = await bothRuns(service, query(service.password), { again: query('another password') })
    expect(served).toEqual(live)
  })
})

describe('a server of its own, without TLS', () => {
  let plain: PostgresService
  beforeAll(async () => {
    plain = await startPostgres({ own: true })
  })
  afterAll(() => plain.stop())

  it('declines again', () =>
    sameInBothRuns(plain, async (address) => {
      const client = new pg.Client({ ...address, ssl: { rejectUnauthorized: false } })
      const refused = await failure(client.connect())
      const sql = postgres({ ...address, username: address.user, ssl: 'prefer', max: 1 })
      const seen = [...(await sql`SELECT 1 AS one`)]
      await sql.end()
      return [refused, seen]
    }))

  it('speaks protocol 3.2, where it can, with clients that ask for it', () =>
    sameInBothRuns(plain, async (address) => {
      const client = await RawClient.connect(address)
      client.send(startup({ user: address.user, database: address.database }, 2))
      const greeting = await client.until('Z')
      client.send(query('SELECT 1'))
      const answer = await client.until('Z')
      await client.end()
      return [greeting, answer]
    }))
})
