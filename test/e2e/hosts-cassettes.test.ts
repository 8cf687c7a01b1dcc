import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { register } from '../harness/app-process.ts'
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

const require = createRequire(import.meta.url)
const suite = path.join(apps, 'cassettes', 'suite.mjs')

async function run(
  mode: string,
  env: { readonly [name: string]: string } = {},
  file = suite,
): Promise<{ readonly ended: number | string; readonly output: string }> {
  return place.run('record', {
    args: ['--test-reporter=tap', file],
    preload: false,
    env: {
      RETAKE_MODE: mode,
      PGPORT: String(relay.port),
      PGUSER: database.user,
      PGPASSWORD: database.password,
      PGDATABASE: database.database,
      RESULT: path.join(place.directory, 'result.json'),
      ...env,
    },
  })
}

function result(): { readonly [name: string]: unknown } {
  return JSON.parse(fs.readFileSync(path.join(place.directory, 'result.json'), 'utf8')) as { [name: string]: unknown }
}

test('each test has a cassette of its own: recorded the first time, answered from then on', async () => {
  const first = await run('')
  expect(first.ended, first.output).toBe(0)
  const recorded = result()
  expect(recorded).toMatchObject({ mode: 'record', called: 4 })
  const files = fs.readdirSync(place.cassette, { recursive: true }).map(String)
  expect(new Set(files.filter((name) => name.endsWith('.retake')))).toEqual(
    new Set([
      'calls/block.retake',
      'calls/fetch.retake',
      'calls/pg.retake',
      'many/a.retake',
      'many/b.retake',
      'many/c.retake',
      'many/d.retake',
      'many/e.retake',
      'own/a.retake',
      'own/b.retake',
      'own/c.retake',
      'seams.retake',
    ]),
  )
  await place.stopUpstream()
  await relay.stop()
  for (const env of [{}, { CI: '1' }]) {
    const again = await run('', env)
    expect(again.ended, again.output).toBe(0)
    // Replayed, no seam was called.
    expect(result(), again.output).toEqual({ ...recorded, mode: 'replay', called: 0 })
  }
})

test('requests over HTTP/2 to a server of the same process belong to the test that is open', async () => {
  const file = path.join(apps, 'cassettes', 'http2-suite.mjs')
  const first = await run('', {}, file)
  expect(first.ended, first.output).toBe(0)
  const recorded = result()
  expect(recorded).toMatchObject([
    [expect.stringMatching(/ GMT$/), expect.any(String)],
    [expect.any(String), expect.any(String)],
  ])
  await place.stopUpstream()
  const again = await run('', { CI: '1' }, file)
  expect(again.ended, again.output).toBe(0)
  expect(result(), again.output).toEqual(recorded)
})

test('tests with cassettes in a process that is recorded as a whole', async () => {
  const options = { NODE_OPTIONS: `--import ${register}` }
  const first = await run('record', options)
  expect(first.ended, first.output).toBe(0)
  const recorded = result()
  await place.stopUpstream()
  await relay.stop()
  const again = await run('', {})
  expect(again.ended, again.output).toBe(0)
  expect(result(), again.output).toEqual({ ...recorded, mode: 'replay', called: 0 })
})

test('Jest requires Retake in the realm of each file', async () => {
  const jest = path.join(path.dirname(require.resolve('jest/package.json')), 'bin', 'jest.js')
  const tests = async (env: { readonly [name: string]: string }): Promise<unknown> => {
    const { ended, output } = await place.run('record', {
      args: [jest, '--ci', '--runInBand', `--cacheDirectory=${path.join(place.directory, 'jest')}`],
      preload: false,
      cwd: path.join(apps, 'jest-cassettes'),
      env: {
        RETAKE_MODE: '',
        PGPORT: String(relay.port),
        PGUSER: database.user,
        PGPASSWORD: database.password,
        PGDATABASE: database.database,
        RESULT: path.join(place.directory, 'result'),
        ...env,
      },
    })
    expect(ended, output).toBe(0)
    return ['one', 'two'].map((name) => JSON.parse(fs.readFileSync(path.join(place.directory, `result.${name}`), 'utf8')) as unknown)
  }
  const recorded = await tests({})
  await place.stopUpstream()
  await relay.stop()
  expect(await tests({ CI: '1' })).toEqual(recorded)
})

test('with CI set, a cassette that is not there is an error, and nothing is recorded', async () => {
  const { ended, output } = await run('', { CI: '1' })
  expect(ended).toBe(1)
  expect(output).toContain('RETAKE_CASSETTE_MISSING')
  expect(place.asked).toBe(0)
})
