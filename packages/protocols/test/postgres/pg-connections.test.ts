import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresService, startPostgres } from '../../../../test/services/postgres.ts'
import { failure, sameInBothRuns } from '../harness/postgres-runs.ts'

let service: PostgresService

beforeAll(async () => {
  service = await startPostgres()
})
afterAll(() => service.stop())

describe('connections of pg', () => {
  it('reproduces a start-up that was refused', async () => {
    const { live } = await sameInBothRuns(service, async (address) => {
      const missing = new pg.Client({ ...address, database: 'there_is_no_such_database' })
      const refused = await failure(missing.connect())
      const client = new pg.Client(address)
      await client.connect()
      const { rows } = await client.query('SELECT 1 AS one')
      await client.end()
      return [refused, rows]
    })
    expect(live[0]).toMatchObject({ code: '3D000', severity: 'FATAL' })
  })

  it('reproduces a session that the server ended', async () => {
    const { live } = await sameInBothRuns(service, async (address) => {
      const client = new pg.Client(address)
      const events: unknown[] = []
      client.on('error', (error) => events.push(error.message))
      await client.connect()
      const ended = new Promise<void>((resolve) => void client.on('end', () => resolve()))
      const failed = await failure(client.query('SELECT pg_terminate_backend(pg_backend_pid())'))
      await ended
      return [failed, events]
    })
    expect(live[0]).toMatchObject({ code: '57P01' })
  })

  it('reproduces a connection that broke under a query', () =>
    sameInBothRuns(service, async (address, front) => {
      const client = new pg.Client(address)
      client.on('error', () => undefined)
      await client.connect()
      const heard = front.heard('pg_sleep')
      const under = failure(client.query('SELECT 1, pg_sleep(30)'))
      if (front.player === undefined) {
        await heard
        front.reset()
      }
      return [await under].map(({ name }) => name)
    }))
})
