import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import jwt from 'jsonwebtoken'
import { type AppOptions, type AppProcess, startApp } from '../harness/app-process.ts'
import { type RawResponse, send } from '../harness/raw-request.ts'

/** A session that was recorded with the upstream running, which is stopped since. */
export interface Recording {
  readonly responses: ReadonlyMap<string, RawResponse>
  replay(options: AppOptions): Promise<AppProcess>
  /** Sends the paths, so many at a time. @returns Paths whose answers are not the recorded ones, with both. */
  differences(port: number, paths: readonly string[], concurrency?: number): Promise<readonly Difference[]>
  remove(): void
}

export interface Difference {
  readonly path: string
  readonly recorded: RawResponse | undefined
  readonly replayed: RawResponse
}

/** Sends one request to a port of this machine. */
type Send = typeof send

/**
 * Records the paths, so many at a time.
 * @param request How they are sent. @default over HTTP/1.1
 */
export async function record(options: AppOptions, paths: readonly string[], concurrency = 1, request: Send = send): Promise<Recording> {
  const folder = mkdtempSync(path.join(tmpdir(), 'retake-determinism-'))
  writeKeys(folder)
  const headers = createHeaders()
  const upstream = await startApp({ args: [path.resolve(import.meta.dirname, '../compat/apps/upstream.mjs')], preload: false })
  const env = { UPSTREAM_PORT: String(upstream.port), KEYS: folder, RETAKE_CASSETTE: path.join(folder, 'cassettes'), RETAKE_LOG: 'info' }
  const app = await startApp({ ...options, env: { ...env, ...options.env, RETAKE_MODE: 'record' } })
  const responses = await sendAll(app.port, paths, { headers, concurrency, request })
  await app.stop()
  await upstream.stop()
  return {
    responses,
    replay: (changes) => startApp({ ...changes, env: { ...env, ...changes.env, RETAKE_MODE: 'replay' } }),
    differences: async (port, wanted, atATime = 1) => {
      const replayed = await sendAll(port, wanted, { headers, concurrency: atATime, request })
      return [...replayed].flatMap(([each, response]) => {
        const recorded = responses.get(each)
        return JSON.stringify(response) === JSON.stringify(recorded) ? [] : [{ path: each, recorded, replayed: response }]
      })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

type Headers = (path: string) => { readonly [name: string]: string }

/** A token that is issued when it is first sent: long expired at replay, if not for the recorded time. */
function createHeaders(): Headers {
  let token: string | undefined
  return (each) => {
    if (each !== '/jwt/inbound') return {}
    token ??= jwt.sign({ sub: 'inbound' }, 'a secret that signs', { expiresIn: 2 })
    return { authorization: `Bearer ${token}` }
  }
}

interface Sending {
  readonly headers: Headers
  readonly concurrency: number
  readonly request: Send
}

async function sendAll(
  port: number,
  paths: readonly string[],
  { headers, concurrency, request }: Sending,
): Promise<Map<string, RawResponse>> {
  const responses = new Map<string, RawResponse>()
  const left = [...paths]
  const lane = async (): Promise<void> => {
    for (let each = left.shift(); each !== undefined; each = left.shift()) {
      responses.set(each, await request(port, { path: each, headers: headers(each) }))
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return responses
}

/** The app's own keys, the same at replay. */
function writeKeys(folder: string): void {
  const pem = { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } } as const
  writeFileSync(path.join(folder, 'ec.pem'), generateKeyPairSync('ec', { namedCurve: 'P-256', ...pem }).privateKey)
  writeFileSync(path.join(folder, 'rsa.pem'), generateKeyPairSync('rsa', { modulusLength: 2048, ...pem }).privateKey)
}
