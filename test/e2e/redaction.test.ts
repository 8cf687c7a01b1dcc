import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import zlib from 'node:zlib'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { type PostgresService, startPostgres } from '../services/postgres.ts'
import { CliSession, type Ended } from './cli-session.ts'
import { unpackedFrames } from './unpacked-frames.ts'

const app = path.join(import.meta.dirname, 'apps/secrets-app.mjs')

/** Letters and digits in turn, as dice make them; no two secrets have anything in common. */
function secret(length: number): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz'
  return Array.from(randomBytes(length), (byte, at) => (at % 2 === 0 ? letters[byte % letters.length] : String(byte % 10))).join('')
}

/** Where each one is planted, the app and the upstream say. */
const names =
  'outQuery outHeader outApiKey graphqlText graphqlVariable formField formJson multipartField multipartFile pathToken presigned socketQuery ' +
  'socketSent socketHeard socketFragment seamArgument seamResult seamNested seamError seamExtra setCookie redirectCode responseField sqlLiteral ' +
  'sqlParameter sqlArray sqlArray2 sqlJson sqlBytea sqlNotice sqlSetting startUp inHeader inCookie inQuery inBody inForm inXml inBasic inNested inGzip ' +
  'gzip br sse ndjson xml text textCookie textAuthorization nested deep base64 jwk chunks upstreamHeader upstreamCookie trailer argument option ' +
  'webhook urlPassword privateKey npm slack'
const secrets: { [name: string]: string } = Object.fromEntries(names.split(' ').map((name) => [name, secret(28)]))
secrets['sqlComposite'] = secret(36)
secrets['sqlShape'] = secret(24)
secrets['npm'] = secret(36)
secrets['responseCard'] = '4539148803436467'

const base64 = (value: string): string => Buffer.from(value).toString('base64')

function upstreamAnswer(request: http.IncomingMessage, response: http.ServerResponse): void {
  const kind = /^\/([\w-]+)/.exec(request.url ?? '')?.[1] ?? ''
  const json = (name: string): string => JSON.stringify({ id: 1, credentials: { [name]: secrets[name] } })
  response.setHeader('x-session-token', secrets['upstreamHeader'] as string)
  response.setHeader('set-cookie', `sid=${secrets['upstreamCookie']}; Path=/`)
  switch (kind) {
    case 'gzip':
      return void response
        .setHeader('content-type', 'application/json')
        .setHeader('content-encoding', 'gzip')
        .end(zlib.gzipSync(json('gzip')))
    case 'br':
      return void response
        .setHeader('content-type', 'text/plain')
        .setHeader('content-encoding', 'br')
        .end(zlib.brotliCompressSync(`password=${secrets['br']}`))
    case 'sse':
      return void response.setHeader('content-type', 'text/event-stream').end(`event: login\ndata: ${json('sse')}\n\n`)
    case 'ndjson':
      return void response.setHeader('content-type', 'application/x-ndjson').end(`{"a":1}\n${json('ndjson')}\n`)
    case 'xml':
      return void response
        .setHeader('content-type', 'text/xml')
        .end(`<login><user>ada</user><wsse:Password Type="text">${secrets['xml']}</wsse:Password></login>`)
    case 'text':
      return void response
        .setHeader('content-type', 'text/plain')
        .end(
          `level=info api-key: "${secrets['text']}"\n> Cookie: theme=dark; sid=${secrets['textCookie']}\n> Authorization: Token ${secrets['textAuthorization']}\n` +
            `npm_${secrets['npm']}\nhttps://hooks.slack.com/services/${secrets['webhook']}\nredis://app:${secrets['urlPassword']}@cache:6379\nxoxb-${secrets['slack']}\n` +
            `-----BEGIN PRIVATE KEY-----\n${secrets['privateKey']}\n-----END PRIVATE KEY-----\n`,
        )
    case 'nested':
      return void response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          event: JSON.stringify({ payload: json('nested') }),
          cursor: base64(json('base64')),
          deep: { list: [[{ token: secrets['deep'] }]] },
        }),
      )
    case 'jwk':
      return void response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'public', d: secrets['jwk'] }] }))
    case 'chunks': {
      const text = `{"secret":"${secrets['chunks']}"}`
      response.writeHead(200, { 'content-type': 'application/json', trailer: 'x-auth-token' })
      for (const character of text) response.write(character)
      response.addTrailers({ 'x-auth-token': secrets['trailer'] as string })
      return void response.end()
    }
    default:
      return void response.setHeader('content-type', 'application/json').end('{"ok":true}')
  }
}

let session: CliSession
let upstream: http.Server
let postgres: PostgresService
let env: Record<string, string>
let recorded: Ended
let answers: string[]

beforeAll(async () => {
  session = await CliSession.open()
  upstream = http.createServer((request, response) => {
    request.resume().on('end', () => upstreamAnswer(request, response))
  })
  new WebSocketServer({ server: upstream, perMessageDeflate: { threshold: 0 } }).on('connection', (socket) => {
    socket.on('message', () => {
      socket.send(JSON.stringify({ token: secrets['socketHeard'] }))
      socket.send(`{"password":"${secrets['socketFragment']?.slice(0, 9)}`, { fin: false })
      socket.send(`${secrets['socketFragment']?.slice(9)}"}`, { fin: true })
    })
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  postgres = await startPostgres({ own: true })
  const { port, database } = postgres
  const client = new pg.Client(postgres)
  await client.connect()
  await client.query(
    `CREATE TABLE people (id serial PRIMARY KEY, name text, password text UNIQUE, notes text, tokens text[], data jsonb, raw bytea)`,
  )
  await client.query(`ALTER DATABASE ${database} SET app.token = '${secrets['sqlSetting']}'`)
  await client.end()
  env = {
    SECRETS: JSON.stringify(secrets),
    DATABASE_URL: `postgres://postgres@127.0.0.1:${port}/${database}`,
    UPSTREAM: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
    RETAKE_STATS: path.join(session.directory, 'stats.jsonl'),
    RETAKE_LOG: 'debug',
    SERVICE_API_KEY: secrets['startUp'] as string,
  }
  const words = ['node', app, `--api-token=${secrets['argument']}`, '--password', secrets['option'] as string]
  const recording = session.start(['record', '--', ...words], env)
  const port0 = await recording.printed(/listening on (\d+)/)
  answers = []
  const ask = async (target: string, options: RequestInit = {}): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port0}${target}`, options)
    answers.push(`${response.status} ${await response.text()}`)
  }
  await ask(`/in?token=${secrets['inQuery']}`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${base64(`ada:${secrets['inBasic']}`)}`,
      'x-api-key': secrets['inHeader'] as string,
      cookie: `sid=${secrets['inCookie']}; theme=dark`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ user: { password: secrets['inBody'] }, wrapped: JSON.stringify({ secret: secrets['inNested'] }) }),
  })
  await ask('/in', { method: 'POST', body: new URLSearchParams({ passwd: secrets['inForm'] as string }) })
  await ask('/in', { method: 'POST', headers: { 'content-type': 'application/xml' }, body: `<a><apiKey>${secrets['inXml']}</apiKey></a>` })
  await ask('/in', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: zlib.gzipSync(JSON.stringify({ token: secrets['inGzip'] })),
  })
  for (const target of ['/out', '/database', '/socket', '/seam']) await ask(target)
  recording.signal('SIGINT')
  recorded = await recording.ended
  await postgres.stop()
  upstream.closeAllConnections()
  await new Promise((resolve) => upstream.close(resolve))
})
afterAll(() => session[Symbol.asyncDispose]())

/** A secret in every way in which it may be written. */
function spellings(value: string): string[] {
  const bytes = Buffer.from(value)
  // Three alignments: what stands before shifts the groups of base64; its ends depend on the neighbours.
  const aligned = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : shift + 1, -4),
  )
  const hex = bytes.toString('hex')
  return [
    value,
    value.slice(2, -2),
    ...aligned,
    ...aligned.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    hex,
    hex.toUpperCase(),
    Array.from(value, (one) => `%${one.charCodeAt(0).toString(16)}`).join(''),
    Array.from(value, (one) => `\\u00${one.charCodeAt(0).toString(16)}`).join(''),
  ]
}

function leaksIn(text: string): string[] {
  return Object.entries(secrets).flatMap(([name, value]) => (spellings(value).some((spelling) => text.includes(spelling)) ? [name] : []))
}

test(`${Object.keys(secrets).length} secrets, in every place, and the app works with them`, () => {
  expect(Object.keys(secrets).length).toBeGreaterThan(60)
  expect(recorded).toMatchObject({ exitCode: 0 })
  expect(answers.map((answer) => answer.slice(0, 3))).toEqual(Array.from({ length: 8 }, () => '200'))
  // What is looked for is found where it is.
  for (const name of ['sqlParameter', 'socketHeard', 'socketFragment', 'seamResult', 'gzip', 'chunks', 'sqlNotice', 'responseField'])
    expect(leaksIn(answers.join('\n')), name).toContain(name)
})

test('none of them is in any frame of the cassette', () => {
  const frames = unpackedFrames(path.join(session.directory, 'cassettes'))
  expect(frames.length).toBeGreaterThan(3)
  expect(leaksIn(frames.map((frame) => frame.toString('latin1')).join('\n'))).toEqual([])
})

test('nor in what was printed, the counters, or what list, show, verify and scrub say', async () => {
  expect(leaksIn(recorded.stdout.replaceAll(/^listening.*$/gm, '') + recorded.stderr)).toEqual([])
  expect(leaksIn(fs.readFileSync(path.join(session.directory, 'stats.jsonl'), 'utf8'))).toEqual([])
  const list = await session.run(['list', '--json'])
  const takes = JSON.parse(list.stdout) as { id: string }[]
  let said = list.stdout
  for (const { id } of takes) for (const more of [[], ['--json']]) said += (await session.run(['show', id, ...more])).stdout
  const verify = await session.run(['verify', '--secrets'])
  expect(verify).toMatchObject({ exitCode: 0 })
  expect(leaksIn(said + verify.stdout + verify.stderr + (await session.run(['scrub'])).stdout)).toEqual([])
})

test('the replay of it is identical, and tells nothing either', async () => {
  const replay = await session.run(
    ['replay', '--', 'node', app, `--api-token=${secrets['argument']}`, '--password', secrets['option'] as string],
    env,
  )
  expect(replay.stdout + replay.stderr).toMatch(/8 passed/)
  expect(replay.exitCode).toBe(0)
  expect(leaksIn(replay.stdout + replay.stderr)).toEqual([])
})

test('a miss that tells of a call with secrets does not tell them', async () => {
  const other = { ...secrets, outQuery: secret(28), graphqlVariable: secret(28) }
  const broken = session.write(
    'other.mjs',
    fs
      .readFileSync(app, 'utf8')
      .replace('/json?token', '/other?token')
      .replaceAll("from 'retake'", `from ${JSON.stringify(path.resolve(import.meta.dirname, '../../packages/retake/dist/index.js'))}`)
      .replaceAll(
        /from '(pg|ws)'/g,
        (_, name: string) =>
          `from ${JSON.stringify(path.resolve(import.meta.dirname, `../../node_modules/${name}/${name === 'pg' ? 'lib/index.js' : 'wrapper.mjs'}`))}`,
      ),
  )
  const replay = await session.run(['replay', '--', 'node', broken], { ...env, SECRETS: JSON.stringify(other) })
  const said = replay.stdout + replay.stderr
  expect(replay.exitCode).toBe(1)
  expect(said).toContain('/other')
  expect(leaksIn(said)).toEqual([])
  for (const value of [other.outQuery, other.graphqlVariable]) expect(said).not.toContain(value)
})
