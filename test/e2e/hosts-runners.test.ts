import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { openCassette } from '@retake/cassette'
import type { Take } from '@retake/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AppOptions, register } from '../harness/app-process.ts'
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

const project = path.join(apps, 'runner')
const require = createRequire(import.meta.url)
const jest = path.join(path.dirname(require.resolve('jest/package.json')), 'bin', 'jest.js')
const mocha = path.join(path.dirname(require.resolve('mocha/package.json')), 'bin', 'mocha.js')
const vitest = path.join(path.dirname(require.resolve('vitest/package.json')), 'vitest.mjs')

interface Result {
  readonly answers: { readonly [name: string]: unknown }
}

function resultFile(name: string): string {
  return path.join(place.directory, name)
}

function result(name: string): Result {
  return JSON.parse(fs.readFileSync(resultFile(name), 'utf8')) as Result
}

/** Of processes, and of files of tests that have cassettes of their own. */
function recordedTakes(): readonly Take[] {
  const { mains, takes } = place.recorded()
  const folder = path.join(place.cassette, 'test-files')
  const files = fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  const cassettes = files.filter((file) => file.endsWith('.retake')).map((file) => openCassette(path.join(folder, file)))
  return [...mains, ...takes, ...cassettes.flatMap((cassette) => [...cassette.takes].map(({ id }) => cassette.take(id)))]
}

async function run(mode: 'record' | 'replay', name: string, { env, ...options }: AppOptions): Promise<string> {
  const { ended, output } = await place.run(mode, {
    cwd: project,
    ...options,
    env: {
      PGPORT: String(relay.port),
      PGUSER: database.user,
      PGPASSWORD: database.password,
      PGDATABASE: database.database,
      RESULT: resultFile(name),
      ...env,
    },
  })
  expect(ended, output).toBe(0)
  return output
}

const inBand = ['--runInBand', '--ci', '--testPathPatterns=calls.jest']
const byImport: Partial<AppOptions> = {}
const byOptions: Partial<AppOptions> = { preload: false, env: { NODE_OPTIONS: `--import ${register}` } }

test.each([
  ['Jest, in one process', { args: [jest, ...inBand], ...byImport }, []],
  ['Jest with workers', { args: [jest, '--ci', '--maxWorkers=2'], ...byOptions }, ['.other']],
  ['Vitest, forks', { args: [vitest, 'run', '--pool=forks'], ...byOptions }, []],
  ['node:test', { args: ['--test', 'calls.node-test.mjs'], ...byOptions }, []],
] as const)('%s: what tests ask is recorded, and answered with every server stopped', async (_what, options, others) => {
  const recording = await run('record', 'recorded', options)
  const interactions = recordedTakes().flatMap((take) => take.interactions.map(({ call }) => call.protocol))
  for (const protocol of ['http1', 'postgres', 'connect']) expect(interactions, recording).toContain(protocol)
  await place.stopUpstream()
  await relay.stop()
  const replaying = await run('replay', 'replayed', options)
  for (const other of ['', ...others]) expect(result(`replayed${other}`).answers, replaying).toEqual(result(`recorded${other}`).answers)
})

test.each([
  ['Mocha', { args: [mocha, 'api.mocha.cjs'] }],
  ['node:test, a process for each file', { args: ['--test', 'api.node-test.mjs'], ...byOptions }],
  ['node:test, the file itself', { args: ['api.node-test.mjs'] }],
] as const)('%s: with the service in the same process all of it is one take', async (_what, options) => {
  await run('record', 'recorded', options)
  const { takes, mains } = place.recorded()
  expect(takes).toEqual([])
  const asked = mains.flatMap(({ interactions }) => interactions.filter(({ call }) => call.protocol === 'http1').length)
  expect(Math.max(...asked)).toBe(3)
  await place.stopUpstream()
  const output = await run('replay', 'replayed', options)
  expect(result('replayed').answers, output).toEqual(result('recorded').answers)
  expect(place.stats().filter(({ mode, missed }) => mode === 'replay' && missed > 0)).toEqual([])
})

// Vitest ends its threads with terminate(), which runs no more code: like SIGKILL it costs the last moments.
test('Vitest, threads: the session of a thread that was terminated is readable', async () => {
  const output = await run('record', 'recorded', { args: [vitest, 'run', '--pool=threads'], ...byOptions })
  const { sessions, mains } = place.recorded()
  expect(sessions.length, output).toBe(2)
  expect(mains.flatMap((main) => main.interactions.map(({ call }) => call.protocol))).toContain('http1')
})
