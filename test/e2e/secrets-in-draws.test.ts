import { createHash } from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import zlib from 'node:zlib'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPostgres, type PostgresService } from '../services/postgres.ts'
import { CliSession, type Ended } from './cli-session.ts'
import { unpackedFrames } from './unpacked-frames.ts'

const app = path.join(import.meta.dirname, 'apps/accounts-app.mjs')
const key = 'correct horse battery staple, twice'

/** A mailer that answers with what it was sent, compressed. */
async function startMailer(): Promise<http.Server> {
  const mailer = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = JSON.stringify({
        url: request.url,
        nonce: request.headers['x-nonce'],
        sent: JSON.parse(Buffer.concat(chunks).toString()),
      })
      response.setHeader('content-type', 'application/json').end(body)
    })
  })
  await new Promise<void>((resolve) => mailer.listen(0, '127.0.0.1', resolve))
  return mailer
}

/** What a client got to see of one recording. */
interface Recording extends Recorded {
  /** Drawn values as bytes, by what they are. */
  readonly secrets: { readonly [name: string]: Buffer }
  readonly texts: readonly string[]
}

type Ask = (method: string, target: string, headers?: Record<string, string>) => Promise<string>

interface Recorded {
  readonly session: CliSession
  readonly env: Record<string, string>
}

/** Records the app while `use` uses it; afterwards nothing of what it depends on is there any more. */
async function recordWhile<Seen>(
  environment: Record<string, string>,
  use: (ask: Ask) => Promise<Seen>,
): Promise<Recorded & { readonly seen: Seen }> {
  const session = await CliSession.open()
  const mailer = await startMailer()
  const postgres: PostgresService = await startPostgres({ own: true })
  const database = new pg.Client(postgres)
  await database.connect()
  await database.query(`CREATE TABLE visits (id uuid PRIMARY KEY, ticket text, raw bytea, csrf text);
    CREATE TABLE resets (id text PRIMARY KEY, code text); CREATE TABLE keys (digest text, hint text); CREATE TABLE marks (mark text)`)
  await database.end()
  const env = {
    DATABASE_URL: `postgres://postgres@127.0.0.1:${postgres.port}/${postgres.database}`,
    UPSTREAM: `http://127.0.0.1:${(mailer.address() as AddressInfo).port}`,
    ...environment,
  }
  const recording = session.start(['record', '--', 'node', app], env)
  const listens = await recording.printed(/listening on (\d+)/)
  const seen = await use(async (method, target, headers = {}) =>
    (await fetch(`http://127.0.0.1:${listens}${target}`, { method, headers })).text(),
  )
  recording.signal('SIGINT')
  expect(await recording.ended).toMatchObject({ exitCode: 0 })
  await postgres.stop()
  await new Promise((resolve) => mailer.close(resolve))
  return { session, env, seen }
}

/** Asks for everything that draws secrets, and comes back with them. */
async function record(environment: Record<string, string>): Promise<Recording> {
  const { session, env, seen } = await recordWhile(environment, async (ask) => {
    const login = JSON.parse(await ask('POST', '/login')) as { account: string; ticket: string; csrf: string; salt: string }
    const reset = JSON.parse(await ask('POST', '/reset')) as { id: string; code: string; echoed: { nonce: string } }
    const keys = JSON.parse(await ask('POST', '/keys')) as { key: string; big: string; luck: number; short: string }
    const ticket = Buffer.from(login.ticket, 'hex')
    const me = await ask('GET', '/me', { cookie: `visit=${ticket.toString('base64url')}` })
    expect(JSON.parse(me)).toEqual({ id: login.account, csrf: login.csrf, raw: login.ticket })
    expect(await ask('GET', '/keys', { 'x-partner': keys.key })).toBe(JSON.stringify([{ hint: keys.key.slice(0, 7) }]))
    return { login, reset, keys, ticket, stream: await ask('GET', '/stream') }
  })
  const { login, reset, keys, ticket, stream } = seen
  return {
    session,
    env,
    secrets: {
      ticket,
      csrf: Buffer.from(login.csrf, 'base64'),
      account: uuidBytes(login.account),
      salt: Buffer.from(login.salt, 'hex'),
      code: Buffer.from(reset.code, 'hex'),
      nonce: uuidBytes(reset.echoed.nonce),
      key: Buffer.from(keys.key.slice('sk_test_'.length), 'hex'),
      big: Buffer.from(BigInt(keys.big).toString(16).padStart(16, '0'), 'hex'),
      stream: Buffer.from(stream.split(' ')[1] as string, 'hex'),
    },
    texts: [reset.id, String(keys.luck), keys.short],
  }
}

function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}

/** Every way in which bytes may stand in a file. */
function spellings(bytes: Buffer): Buffer[] {
  const hex = bytes.toString('hex')
  const base64 = [0, 1, 2].map((shift) => {
    // The characters that hold nothing but these bytes, wherever they stand in a longer text.
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    return text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6))
  })
  const texts = [hex, hex.toUpperCase(), hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')]
  for (const text of base64) texts.push(text, text.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(text))
  texts.push(BigInt(`0x${hex}`).toString())
  return [bytes, ...texts.map((text) => Buffer.from(text))]
}

/** Names of secrets of which anything is in a cassette, its frames unpacked, and what is compressed within them, too. */
function leaks({ session, secrets, texts }: Recording): string[] {
  const written = unpackedFrames(path.join(session.directory, 'cassettes')).flatMap((frame) => [frame, ...gunzipped(frame)])
  const found = Object.entries(secrets).filter(([, bytes]) =>
    spellings(bytes).some((spelling) => written.some((frame) => frame.includes(spelling))),
  )
  return [...found.map(([name]) => name), ...texts.filter((text) => written.some((frame) => frame.includes(text)))]
}

/** Every stretch of gzip in a frame. */
function gunzipped(frame: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = frame.indexOf('1f8b08', 'hex'); at !== -1; at = frame.indexOf('1f8b08', at + 1, 'hex')) {
    try {
      found.push(zlib.gunzipSync(frame.subarray(at), { finishFlush: zlib.constants.Z_SYNC_FLUSH }))
    } catch {
      // No gzip after all, or something follows it.
    }
  }
  return found
}

const replay = (recording: Recorded, words: readonly string[] = [], env: Record<string, string> = {}): Promise<Ended> =>
  recording.session.run(['replay', ...words], { ...recording.env, ...env })

describe.each([
  ['value', {}, ['ticket', 'csrf']],
  ['surrogate', { NODE_ENV: 'production' }, []],
  ['sealed', { RETAKE_KEY: key }, []],
] as const)('%s', (policy, environment, leaked) => {
  let recording: Recording
  beforeAll(async () => {
    recording = await record(environment)
  }, 60_000)
  afterAll(() => recording.session[Symbol.asyncDispose]())

  test(policy === 'value' ? 'what was drawn is in the log' : 'nothing that was drawn is in the cassette, in any spelling', () => {
    const found = leaks(recording)
    if (leaked.length > 0) expect(found).toEqual(expect.arrayContaining([...leaked]))
    else expect(found).toEqual([])
  })

  test.each([[['--order', 'recorded']], [['--order', 'reversed']], [['--concurrency', '4']]])(
    'replays identically with %s',
    async (words) => {
      const { exitCode, stdout, stderr } = await replay(recording, words)
      expect(exitCode, `${stdout}\n${stderr}`).toBe(0)
      expect(stdout).toContain('Takes  6 passed')
    },
  )
})

describe('what follows from surrogates', () => {
  let recording: Recorded & { readonly seen: string }
  beforeAll(async () => {
    recording = await recordWhile({ NODE_ENV: 'production' }, async (ask) => {
      const { token } = JSON.parse(await ask('POST', '/derived')) as { token: string }
      expect(await ask('GET', `/derived?ref=${token}`)).toBe('{"found":1}')
      return token
    })
  }, 60_000)
  afterAll(() => recording.session[Symbol.asyncDispose]())

  const files = (): string[] => {
    const folder = path.join(recording.session.directory, 'cassettes')
    return fs.readdirSync(folder).map((name) =>
      createHash('sha256')
        .update(fs.readFileSync(path.join(folder, name)))
        .digest('hex'),
    )
  }

  test('is another thing at replay', async () => {
    const { exitCode, stdout } = await replay(recording)
    expect(exitCode).toBe(1)
    expect(stdout).toContain('params[0]')
  })

  test('is not baked where the code is another one: nothing is written', async () => {
    const before = files()
    const { exitCode, stderr } = await replay(recording, ['--bake'], { BEHAVIOUR: 'other price' })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('nothing was baked')
    expect(stderr).toContain('body.price')
    expect(files()).toEqual(before)
  })

  test('is baked by the same code, and every replay is identical then', async () => {
    const baked = await replay(recording, ['--bake'])
    expect(baked.exitCode, `${baked.stdout}\n${baked.stderr}`).toBe(0)
    expect(baked.stderr).toContain('baked 2 takes')
    expect(baked.stderr).toContain('params[0]')
    const fingerprint = createHash('sha256').update(recording.seen).digest('hex')
    const written = unpackedFrames(path.join(recording.session.directory, 'cassettes'))
    for (const gone of [recording.seen, fingerprint]) expect(written.some((frame) => frame.includes(gone))).toBe(false)
    for (const words of [[], ['--order', 'reversed'], ['--concurrency', '2']]) {
      const { exitCode, stdout, stderr } = await replay(recording, words)
      expect(exitCode, `${stdout}\n${stderr}`).toBe(0)
    }
    expect(await replay(recording, ['--bake'])).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('nothing to bake') })
  })
})

test('a cassette without surrogates has nothing to bake', async () => {
  const { session, env } = await recordWhile({}, (ask) => ask('GET', '/stream'))
  await using _ = session
  expect(await session.run(['replay', '--bake'], env)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('nothing to bake') })
}, 60_000)
