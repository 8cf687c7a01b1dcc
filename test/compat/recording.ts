import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type AppOptions, type AppProcess, startApp } from '../harness/app-process.ts'
import { type RawResponse, send } from '../harness/raw-request.ts'
import { startTcpRelay } from '../harness/tcp-relay.ts'
import { startPostgres } from '../services/postgres.ts'

const apps = path.resolve(import.meta.dirname, 'apps')

/** Paths of the service's routes, in the order of its source. */
export const routes: readonly string[] = [...readFileSync(path.join(apps, 'service.mjs'), 'utf8').matchAll(/^ {2}'(\/[^']*)': /gm)].map(
  ([, route]) => route ?? '',
)

/** A session recorded against live servers that are stopped since. */
export interface Recording {
  readonly cassette: string
  readonly responses: ReadonlyMap<string, RawResponse>
  /** What the recording process printed. */
  readonly output: string
  /** Starts the service in replay; nothing but the cassette is there. */
  replay(options?: Partial<AppOptions>): Promise<AppProcess>
  remove(): void
}

/** Records every route once, in order, then stops the upstream and cuts off the database. */
export async function record(options: AppOptions): Promise<Recording> {
  const database = await startPostgres()
  const relay = await startTcpRelay(database)
  const upstream = await startApp({ args: [path.join(apps, 'upstream.mjs')], preload: false })
  const cassette = mkdtempSync(path.join(tmpdir(), 'retake-compat-'))
  const env = {
    UPSTREAM_PORT: String(upstream.port),
    PGPORT: String(relay.port),
    PGUSER: database.user,
    PGPASSWORD: database.password,
    PGDATABASE: database.database,
    RETAKE_CASSETTE: cassette,
    RETAKE_LOG: 'info',
    ...options.env,
  }
  const app = await startApp({ ...options, env: { ...env, RETAKE_MODE: 'record' } })
  const responses = new Map<string, RawResponse>()
  for (const route of routes) responses.set(route, await send(app.port, { path: route }))
  await app.stop()
  await upstream.stop()
  await relay.stop()
  await database.stop()
  return {
    cassette,
    responses,
    output: app.output(),
    replay: (changes = {}) => startApp({ ...options, ...changes, env: { ...env, RETAKE_MODE: 'replay', ...changes.env } }),
    remove: () => rmSync(cassette, { recursive: true, force: true }),
  }
}

/** Sends the routes and gives what came back, by route. */
export async function sendAll(port: number, order: readonly string[], concurrency = 1): Promise<Map<string, RawResponse>> {
  const responses = new Map<string, RawResponse>()
  const left = [...order]
  const lane = async (): Promise<void> => {
    for (let route = left.shift(); route !== undefined; route = left.shift()) responses.set(route, await send(port, { path: route }))
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return responses
}
