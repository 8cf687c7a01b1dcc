import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTcpRelay, type TcpRelay } from '../harness/tcp-relay.ts'
import { type PostgresService, startPostgres } from '../services/postgres.ts'
import { apps, Workplace } from './workplace.ts'

let place: Workplace
let database: PostgresService
let relay: TcpRelay
beforeEach(async () => {
  place = await Workplace.open()
  database = await startPostgres()
  relay = await startTcpRelay(database)
})
afterEach(async () => {
  await place.close()
  await relay.stop()
  await database.stop()
})

test('listeners and callbacks that a driver calls from its connection read the recorded clock', async () => {
  const run = (mode: 'record' | 'replay'): ReturnType<Workplace['run']> =>
    place.run(mode, {
      args: [path.join(apps, 'driver-events.mjs')],
      env: {
        PGPORT: String(relay.port),
        PGUSER: database.user,
        PGPASSWORD: database.password,
        PGDATABASE: database.database,
        RETAKE_LOG: 'warn',
      },
    })
  const recorded = await run('record')
  await relay.stop()
  const replayed = await run('replay')
  expect(recorded.ended, recorded.output).toBe(0)
  for (const heard of [
    'notice heard',
    'stream 42P01',
    'end',
    'ended',
    'connect',
    'acquire',
    'release',
    'remove',
    'under way: ',
    'queued: ',
    'done',
  ])
    expect(recorded.output).toContain(heard)
  expect(replayed).toEqual(recorded)
  expect(place.stats().at(-1)).toMatchObject({ mode: 'replay', missed: 0, exhausted: 0, diverged: 0 })
})
