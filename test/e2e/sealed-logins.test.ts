import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPostgres } from '../services/postgres.ts'
import { CliSession, type Ended } from './cli-session.ts'
import { unpackedFrames } from './unpacked-frames.ts'

const app = path.join(import.meta.dirname, 'apps/login-app.mjs')
const key = 'Yk3nq0pZ8tWx5vB1mLr7'
const password = 'correct-horse-battery-7'
const jwtSecret = 'the signing secret of the app'
const hashers = ['bcrypt', 'bcryptjs', 'argon2'] as const
const signers = ['jsonwebtoken', 'jose'] as const

let session: CliSession
let env: Record<string, string>
const seen: string[] = []

beforeAll(async () => {
  session = await CliSession.open()
  const postgres = await startPostgres({ own: true })
  const database = new pg.Client(postgres)
  await database.connect()
  await database.query('CREATE TABLE accounts (id uuid PRIMARY KEY, email text UNIQUE, password_hash text)')
  await database.end()
  env = { DATABASE_URL: `postgres://postgres@127.0.0.1:${postgres.port}/${postgres.database}`, JWT_SECRET: jwtSecret }
  const recording = session.start(['record', '--', 'node', app], { ...env, RETAKE_KEY: key })
  const port = await recording.printed(/listening on (\d+)/)
  const ask = async (target: string, body?: object, headers: Record<string, string> = {}): Promise<Response> => {
    const posted = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    return fetch(`http://127.0.0.1:${port}${target}`, { ...posted, headers: { 'content-type': 'application/json', ...headers } })
  }
  for (const hasher of hashers) {
    const email = `${hasher}@example.com`
    expect((await ask('/accounts', { hasher, email, password })).status).toBe(201)
    for (const signer of signers) {
      const response = await ask('/sessions', { hasher, signer, email, password })
      const { token } = (await response.json()) as { token: string }
      seen.push(token.split('.')[2] as string, /refresh=([^;]+)/.exec(response.headers.get('set-cookie') ?? '')?.[1] as string)
      expect((await ask(`/me/${signer}`, undefined, { authorization: `Bearer ${token}` })).status).toBe(200)
    }
    expect((await ask('/sessions', { hasher, signer: 'jose', email, password: 'a wrong one' })).status).toBe(401)
  }
  recording.signal('SIGINT')
  expect(await recording.ended).toMatchObject({ exitCode: 0 })
  await postgres.stop()
}, 120_000)
afterAll(() => session[Symbol.asyncDispose]())

const replay = (environment: Record<string, string>, words: readonly string[] = []): Promise<Ended> =>
  session.run(['replay', ...words], { ...env, ...environment })

test('nothing that was sealed is in the cassette', () => {
  const written = unpackedFrames(path.join(session.directory, 'cassettes'))
  for (const secret of [password, 'a wrong one', jwtSecret, key, ...seen]) {
    expect(
      written.some((frame) => frame.includes(secret)),
      secret,
    ).toBe(false)
  }
})

test.each([[['--order', 'recorded']], [['--order', 'reversed']], [['--concurrency', '4']]])(
  'with the key every login replays identically, %s',
  async (words) => {
    const { exitCode, stdout, stderr } = await replay({ RETAKE_KEY: key }, words)
    expect(exitCode, `${stdout}\n${stderr}`).toBe(0)
    expect(stdout).toContain('Takes  18 passed')
  },
)

describe('other keys', () => {
  test('a key that sealed older cassettes opens them', async () => {
    const { exitCode } = await replay({ RETAKE_KEY: 'the key of next year, 2027', RETAKE_KEY_PREVIOUS: `another old one\n${key}` })
    expect(exitCode).toBe(0)
  })

  test('without a key: what failed, and that the secrets were sealed', async () => {
    const { exitCode, stdout, stderr } = await replay({})
    expect(exitCode).toBe(1)
    expect(stdout).toContain('200 → 401')
    expect(stderr).toContain('secrets that this run cannot open')
    expect(stderr).toContain('Set RETAKE_KEY')
  })

  test('a wrong key: an error with its code', async () => {
    const { exitCode, stderr } = await replay({ RETAKE_KEY: 'not the key of this cassette' })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('RETAKE_KEY_WRONG')
  })

  test.each(['secret', 'aaaaaaaaaaaaaaaaaaaaaaaa'])('a weak key seals nothing: %s', async (weak) => {
    const { exitCode, stderr } = await session.run(['record', '--', 'node', app], { ...env, RETAKE_KEY: weak })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('RETAKE_KEY_WEAK')
    expect(stderr).toContain('openssl rand')
  })
})
