import path from 'node:path'
import type { Take } from '@retake/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTcpRelay, type TcpRelay } from '../harness/tcp-relay.ts'
import { type PostgresService, startPostgres } from '../services/postgres.ts'
import { CliSession, type Ended } from './cli-session.ts'
import { apps } from './workplace.ts'

let session: CliSession
let database: PostgresService
let relay: TcpRelay
let env: Record<string, string>
beforeEach(async () => {
  session = await CliSession.open()
  database = await startPostgres()
  relay = await startTcpRelay(database)
  env = {
    PGPORT: String(relay.port),
    PGUSER: database.user,
    PGPASSWORD: database.password,
    PGDATABASE: database.database,
    UPSTREAM: session.upstreamUrl,
  }
})
afterEach(async () => {
  await session[Symbol.asyncDispose]()
  await relay.stop()
  await database.stop()
})

const app = path.join(apps, 'traced-app.cjs')
const telemetry = path.join(apps, 'telemetry.cjs')

interface AppSpan {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly spanId: string
}

/** Records one request; `spans`: what the app's own telemetry saw, where it has any. */
async function recorded(words: readonly string[], settings: Record<string, string> = {}): Promise<{ readonly ended: Ended; readonly spans: AppSpan[] }> {
  const recording = session.start(['record', '--', 'node', ...words], { ...env, ...settings })
  const port = await recording.printed(/listening (\d+)/)
  const get = async (target: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}${target}`)).text()
  expect(JSON.parse(await get('/a'))).toMatchObject({ price: { name: 'Ada' } })
  const spans = words.some((word) => word !== app) ? (JSON.parse(await get('/spans')) as AppSpan[]) : []
  recording.signal('SIGTERM')
  return { ended: await recording.ended, spans }
}

async function takeOf(target: string): Promise<Take> {
  const { stdout, stderr } = await session.run(['list', '--json'])
  expect(stderr).toBe('')
  const { id } = (JSON.parse(stdout) as { id: string; target: string }[]).find((each) => each.target === target) ?? { id: 'none' }
  const shown = await session.run(['show', id, '--json'])
  return JSON.parse(shown.stdout) as Take
}

async function stopEverything(): Promise<void> {
  await session.stopUpstream()
  await relay.stop()
}

describe('an app without telemetry', () => {
  test('has spans of ours in each take, of one trace, by which the take is found', async () => {
    const { ended } = await recorded([app])
    expect(ended.exitCode, ended.stderr).toBe(0)
    const take = await takeOf('/a')
    const spans = take.spans ?? []
    expect(spans.map(({ kind, name }) => `${kind} ${name}`).filter((each) => !each.includes('connect'))).toEqual([
      'client GET',
      `client pg.query:SELECT ${database.database}`,
      'server GET',
    ])
    const server = spans.at(-1)
    expect(server).toMatchObject({ startedAt: 0, durationMs: take.durationMs, failed: false })
    expect(server?.attributes).toEqual({ 'http.request.method': 'GET', 'http.response.status_code': 200 })
    expect({ traceId: take.traceId, spanId: take.spanId }).toEqual({ traceId: server?.traceId, spanId: server?.spanId })
    for (const span of spans) {
      expect(span.traceId).toBe(take.traceId)
      if (span !== server) expect(span.parent).toBe(take.spanId)
      expect(span.startedAt).toBeGreaterThanOrEqual(0)
      expect(span.startedAt + span.durationMs).toBeLessThanOrEqual(take.durationMs + 1)
    }
    const { stdout } = await session.run(['show', take.id])
    expect(stdout).toMatch(new RegExp(`Spans \\(${spans.length}\\)\\n  \\+\\S+ ms .* server +GET\\n`))

    await stopEverything()
    const replayed = await session.run(['replay', '--trace', take.traceId ?? '', '--json'], env)
    expect(replayed.exitCode, replayed.stdout + replayed.stderr).toBe(0)
    expect(replayed.stdout).toContain(take.id)
  })

  test.each(['app', 'off'])('has none where RETAKE_TELEMETRY is %s', async (setting) => {
    await recorded([app], { RETAKE_TELEMETRY: setting })
    const take = await takeOf('/a')
    expect(take).not.toHaveProperty('spans')
    expect(take).not.toHaveProperty('traceId')
  })

  test('has none where its configuration says so', async () => {
    session.write('retake.config.json', JSON.stringify({ telemetry: 'app' }))
    await recorded([app])
    expect(await takeOf('/a')).not.toHaveProperty('spans')
  })
})

describe('an app with telemetry of its own', () => {
  test.each(['loaded before the app', 'loaded by the app'])('%s: takes and calls carry its ids, and no spans of ours', async (when) => {
    const late = session.write('late.cjs', `require(${JSON.stringify(telemetry)})\nrequire(${JSON.stringify(app)})\n`)
    const { spans } = await recorded(when === 'loaded by the app' ? [late] : ['-r', telemetry, app])
    const take = await takeOf('/a')
    expect(take).not.toHaveProperty('spans')
    const server = spans.find(({ kind }) => kind === 1)
    expect({ traceId: take.traceId, spanId: take.spanId }).toEqual({ traceId: server?.traceId, spanId: server?.spanId })
    expect(server).toBeDefined()
    const calling = take.interactions.map(({ call, spanId }) => [call.protocol, spans.find((span) => span.spanId === spanId)])
    // The span that was active: pg's own is not when it writes, the one around it is.
    expect(calling).toEqual([
      ['http1', expect.objectContaining({ traceId: take.traceId, kind: 2, name: expect.stringMatching(/^GET/) })],
      ['postgres', expect.objectContaining({ traceId: take.traceId })],
    ])
    expect(spans.map(({ name }) => name)).toContainEqual(expect.stringMatching(/^pg\.query:SELECT/))
  })
})

test('a value that is none is an error', async () => {
  const { exitCode, stderr } = await session.run(['record', '--', 'node', app], { ...env, RETAKE_TELEMETRY: 'yes' })
  expect(exitCode).toBe(2)
  expect(stderr).toContain('RETAKE_TELEMETRY is "yes"; it must be app, own or off.')
})
