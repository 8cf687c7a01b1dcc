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
interface Recording {
  readonly session: CliSession
  readonly env: Record<string, string>
  /** Drawn values as bytes, by what they are. */
  readonly secrets: { readonly [name: string]: Buffer }
  readonly texts: readonly string[]
}

async function record(environment: Record<string, string>): Promise<Recording> {
  const session = await CliSession.open()
  const mailer = await startMailer()
  const postgres: PostgresService = await startPostgres({ own: true })
  const database = new pg.Client(postgres)
  await database.connect()
  await database.query(`CREATE TABLE visits (id uuid PRIMARY KEY, ticket text, raw bytea, csrf text);
    CREATE TABLE resets (id text PRIMARY KEY, code text); CREATE TABLE keys (digest text, hint text); CREATE TABLE marks (mark text)`)
  await database.end()
  const { port, database: name } = postgres
  const env = {
    DATABASE_URL: `postgres://postgres@127.0.0.1:${port}/${name}`,
    UPSTREAM: `http://127.0.0.1:${(mailer.address() as AddressInfo).port}`,
    ...environment,
  }
  const recording = session.start(['record', '--', 'node', app], env)
  const listens = await recording.printed(/listening on (\d+)/)
  const ask = async (method: string, target: string, headers: Record<string, string> = {}): Promise<{ body: string; headers: Headers }> => {
    const response = await fetch(`http://127.0.0.1:${listens}${target}`, { method, headers })
    return { body: await response.text(), headers: response.headers }
  }
  const login = JSON.parse((await ask('POST', '/login')).body) as { account: string; ticket: string; csrf: string; salt: string }
  const reset = JSON.parse((await ask('POST', '/reset')).body) as { id: string; code: string; echoed: { nonce: string } }
  const keys = JSON.parse((await ask('POST', '/keys')).body) as { key: string; big: string; luck: number; short: string }
  const ticket = Buffer.from(login.ticket, 'hex')
  const me = await ask('GET', '/me', { cookie: `visit=${ticket.toString('base64url')}` })
  expect(JSON.parse(me.body)).toEqual({ id: login.account, csrf: login.csrf, raw: login.ticket })
  expect(await ask('GET', '/keys', { 'x-partner': keys.key })).toMatchObject({ body: JSON.stringify([{ hint: keys.key.slice(0, 7) }]) })
  const stream = (await ask('GET', '/stream')).body
  recording.signal('SIGINT')
  const ended = await recording.ended
  expect(ended).toMatchObject({ exitCode: 0 })
  await postgres.stop()
  await new Promise((resolve) => mailer.close(resolve))
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

const replay = (recording: Recording, words: readonly string[] = [], env: Record<string, string> = {}): Promise<Ended> =>
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
