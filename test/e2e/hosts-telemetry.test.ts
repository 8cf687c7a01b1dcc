import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AppOptions, register } from '../harness/app-process.ts'
import { type RawResponse, send } from '../harness/raw-request.ts'
import { startTcpRelay, type TcpRelay } from '../harness/tcp-relay.ts'
import { type PostgresService, startPostgres } from '../services/postgres.ts'
import { apps, packageDirectory, Workplace } from './workplace.ts'

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

interface Span {
  readonly name: string
  readonly kind: number
  readonly scope: string
  readonly traceId: string
  readonly spanId: string
  readonly parent?: string
  readonly status: number
  readonly keys: readonly string[]
}

const targets = ['/a', '/b', '/c'] as const

/** What the app answers, and the spans of it. */
async function traced(
  mode: 'record' | 'replay' | 'off',
  options: AppOptions,
): Promise<{ readonly answers: readonly RawResponse[]; readonly spans: readonly Span[] }> {
  const env = {
    PGPORT: String(relay.port),
    PGUSER: database.user,
    PGPASSWORD: database.password,
    PGDATABASE: database.database,
    ...options.env,
  }
  const running = await place.start(mode, { ...options, env })
  const answers: RawResponse[] = []
  for (const target of targets) answers.push(await send(running.port, { path: target }))
  const spans = JSON.parse((await send(running.port, { path: '/spans' })).body) as Span[]
  await running.stop()
  expect(
    answers.map(({ status, body }) => (status === 200 ? 200 : body)),
    running.output(),
  ).toEqual([200, 200, 200])
  return { answers, spans }
}

/** Spans without what is new each time: their names, kinds, attributes, and which is whose child. */
function shape(spans: readonly Span[]): unknown[] {
  const nameOf = (id: string | undefined): string => spans.find(({ spanId }) => spanId === id)?.name ?? 'none'
  return spans.map(({ name, kind, scope, status, keys, parent }) => ({ name, kind, scope, status, keys, parent: nameOf(parent) }))
}

const app = path.join(apps, 'traced-app.cjs')
const telemetry = pathToFileURL(path.join(apps, 'telemetry.cjs')).href
const registerFile = path.join(packageDirectory, 'dist', 'register.js')
const telemetryFile = path.join(apps, 'telemetry.cjs')

describe("the app's own spans are what they are without Retake, and takes carry their ids", () => {
  test.each([
    ['Retake first', { execArgv: ['--import', register, '--import', telemetry] }],
    ['Retake last', { execArgv: ['--import', telemetry, '--import', register] }],
    ['Retake first, by -r', { execArgv: ['-r', registerFile, '-r', telemetryFile] }],
    ['Retake last, by -r', { execArgv: ['-r', telemetryFile, '-r', registerFile] }],
    ['Retake as the first instrumentation', { execArgv: ['-r', telemetryFile], env: { RETAKE_IN_OTEL: 'first' } }],
    ['Retake as the last instrumentation', { execArgv: ['-r', telemetryFile], env: { RETAKE_IN_OTEL: 'last' } }],
  ] as const)('%s', async (_order, options) => {
    const bare = await traced('off', { args: [app], preload: false, execArgv: ['-r', telemetryFile] })
    const recorded = await traced('record', { args: [app], preload: false, ...options })
    expect(shape(recorded.spans)).toEqual(shape(bare.spans))

    const { takes } = place.recorded()
    const servers = recorded.spans.filter(({ kind }) => kind === 1)
    expect(takes.slice(0, 3).map(({ traceId }) => traceId)).toEqual(servers.slice(0, 3).map(({ traceId }) => traceId))
    expect(new Set(servers.map(({ traceId }) => traceId)).size).toBe(3)
    const [first] = takes
    expect(first?.interactions.map(({ call }) => call.protocol)).toEqual(expect.arrayContaining(['http1', 'postgres']))

    const listed = spawnSync(
      process.execPath,
      [path.join(packageDirectory, 'dist', 'cli.js'), 'list', '--json', '--cassette', place.cassette],
      { encoding: 'utf8' },
    )
    const lines = JSON.parse(listed.stdout) as { readonly id: string; readonly traceId?: string }[]
    expect(lines.find(({ id }) => id === first?.id)?.traceId, listed.stderr).toBe(servers[0]?.traceId)

    await place.stopUpstream()
    await relay.stop()
    const replayed = await traced('replay', { args: [app], preload: false, ...options })
    expect(replayed.answers).toEqual(recorded.answers)
    // Spans of a replay say so.
    for (const { kind, keys } of replayed.spans) expect(keys.includes('retake.take') && keys.includes('retake.mode')).toBe(kind === 1)
    const unmarked = replayed.spans.map((span) => ({ ...span, keys: span.keys.filter((key) => !key.startsWith('retake.')) }))
    expect(shape(unmarked)).toEqual(shape(bare.spans))
  })
})
