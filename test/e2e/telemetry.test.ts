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
async function recorded(
  words: readonly string[],
  settings: Record<string, string> = {},
): Promise<{ readonly ended: Ended; readonly spans: AppSpan[] }> {
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

  test.each([
    ['CommonJS', 'script.cjs', `const { get } = require('node:http')\n`],
    ['an ES module', 'script.mjs', `import { get } from 'node:http'\n`],
    ['an ES module, by the default export', 'script.mjs', `import http from 'node:http'\nconst get = (...args) => http.get(...args)\n`],
  ])('may be a script: %s', async (_what, name, head) => {
    const script = session.write(
      name,
      `${head}get(process.env.UPSTREAM, (response) => response.resume().on('end', () => get(process.env.UPSTREAM + '/again')))\n`,
    )
    const ended = await session.run(['record', '--', 'node', script], env)
    expect(ended.exitCode, ended.stderr).toBe(0)
    const [main] = JSON.parse((await session.run(['list', '--json'])).stdout) as { readonly id: string }[]
    const take = JSON.parse((await session.run(['show', main?.id ?? '', '--json'])).stdout) as Take
    expect(take.spans?.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['client GET', 'client GET'])
    expect(new Set(take.spans?.map(({ traceId }) => traceId)).size).toBe(1)
    await stopEverything()
    expect(await session.run(['replay'], env)).toMatchObject({ exitCode: 0 })
  })

  test('what goes on after the response belongs to the take', async () => {
    const late = session.write(
      'late.cjs',
      `const http = require('node:http')
      http.createServer((request, response) => {
        response.on('finish', () => setTimeout(() => http.get(process.env.UPSTREAM, (answer) => answer.resume().on('end', () => setImmediate(() => console.log('late call done')))), 100))
        response.end('{"price":{"name":"Ada"}}')
      }).listen(0, '127.0.0.1', function () { console.log('listening ' + this.address().port) })`,
    )
    const recording = session.start(['record', '--', 'node', late], env)
    const port = await recording.printed(/listening (\d+)/)
    await (await fetch(`http://127.0.0.1:${port}/a`)).text()
    await recording.printed(/late call done/)
    recording.signal('SIGTERM')
    await recording.ended
    expect((await takeOf('/a')).spans?.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['server GET', 'client GET'])
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
