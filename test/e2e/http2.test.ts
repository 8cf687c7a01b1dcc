import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import http2 from 'node:http2'
import https from 'node:https'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { certificate } from '../../packages/instrumentation/test/http/certificate.ts'
import { CliSession, type Ended } from './cli-session.ts'

let session: CliSession
beforeEach(async () => {
  session = await CliSession.open()
})
afterEach(() => session[Symbol.asyncDispose]())

const CERTIFICATE = certificate()
const replay = (words: readonly string[] = [], env: Record<string, string> = {}): Promise<Ended> =>
  session.run(['replay', ...words], { CERTIFICATE, ...env })

type Act = (stream: http2.ClientHttp2Stream) => void

/** Records the app while a client uses it, and stops the upstream. @returns What the client got. */
async function recorded(use: (port: number, securePort: number) => Promise<void>): Promise<Ended> {
  const recording = session.start(['record', '--', 'node', session.app('streams-app.mjs')], { CERTIFICATE })
  const port = Number(await recording.printed(/listening on (\d+)/))
  await use(port, Number(await recording.printed(/secure on (\d+)/)))
  recording.signal('SIGINT')
  await session.stopUpstream()
  return recording.ended
}

/** One connection, and requests on it. */
async function connected(
  origin: string,
  use: (ask: (headers: http2.OutgoingHttpHeaders, body?: string, act?: Act) => Promise<string>) => Promise<unknown>,
) {
  const client = http2.connect(origin, { rejectUnauthorized: false })
  client.on('stream', (pushed) => pushed.on('error', () => undefined).resume())
  await once(client, 'remoteSettings')
  await use(async (headers, body, act) => {
    const stream = client.request(headers, { endStream: body === undefined && act === undefined })
    let text = ''
    stream.setEncoding('latin1').on('data', (chunk: string) => (text += chunk))
    stream.on('error', () => undefined)
    act?.(stream)
    if (body !== undefined) stream.end(body)
    await new Promise((resolve) => stream.once('close', resolve))
    return text
  })
  client.destroy()
}

interface Shown {
  readonly trigger: { readonly request: object; readonly response?: object }
}

async function shown(target: string): Promise<Shown> {
  const { stdout: list } = await session.run(['list', '--json'])
  const take = (JSON.parse(list) as { id: string; target: string }[]).find((each) => each.target === target)
  const { stdout } = await session.run(['show', '--json', take?.id ?? ''])
  return JSON.parse(stdout) as Shown
}

const everything = async (port: number): Promise<void> =>
  connected(`http://127.0.0.1:${port}`, async (ask) => {
    await Promise.all([ask({ ':path': '/greeting' }), ask({ ':path': '/upload', ':method': 'POST' }, 'x'.repeat(100_000))])
    await ask({ ':path': '/page' })
    await ask({ ':path': '/file' })
    await ask({ ':path': '/refused' })
    await ask({ ':path': '/endless' }, undefined, (stream) => stream.once('data', () => stream.close(http2.constants.NGHTTP2_CANCEL)))
    await ask({ ':path': '/chat', ':method': 'CONNECT', ':protocol': 'websocket' }, undefined, (stream) =>
      stream.on('end', () => stream.end()).write('hello'),
    )
    await ask({ ':path': '/key', 'x-tenant': 'a-name-that-is-secret', [http2.sensitiveHeaders]: ['x-tenant'] })
    await ask({ ':path': '/none' })
  })

test('streams of every kind are recorded as takes, and replayed', async () => {
  const { stderr } = await recorded(everything)
  expect(stderr).toContain('recorded 9 takes and 1 call')
  expect(stderr).toMatch(/GET +\/greeting +200 +1 call /)
  for (const words of [[], ['--order', 'reversed', '--concurrency', '9']]) {
    const { exitCode, stdout } = await replay(words)
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Takes  9 passed') })
  }
  expect(session.asked).toBe(1)
  expect((await shown('/upload')).trigger).toMatchObject({
    request: { method: 'POST', httpVersion: '2.0', rawHeaders: expect.arrayContaining([':authority', ':scheme', 'http']) },
    response: { status: 200, rawTrailers: ['x-length', '100000'] },
  })
  expect((await shown('/page')).trigger.response).toMatchObject({ informational: [{ status: 103 }], pushed: [{ target: '/page.css' }] })
  expect((await shown('/refused')).trigger.response).toMatchObject({ status: 0, reset: { code: 7, by: 'server' } })
  expect((await shown('/endless')).trigger.response).toMatchObject({ aborted: true, reset: { code: 8, by: 'client' } })
  const marked = JSON.stringify(await shown('/key'))
  expect(marked).toContain('"x-marked","true"')
  expect(marked).not.toContain('a-name-that-is-secret')
})

test('what has changed fails its take, and says where', async () => {
  await recorded(everything)
  const { exitCode, stdout } = await replay(['--json'], { BEHAVIOUR: 'other' })
  expect(exitCode).toBe(1)
  const { takes } = JSON.parse(stdout) as { takes: { target: string; pass: boolean; differences?: { path: string }[] }[] }
  expect(takes.filter(({ pass }) => !pass).map(({ target, differences = [] }) => [target, ...differences.map(({ path }) => path)])).toEqual(
    [
      ['/greeting', 'body.hello'],
      ['/upload', 'trailers.x-length'],
      ['/page', 'pushed'],
      ['/refused', 'reset'],
    ],
  )
})

test('with TLS: what was agreed on is spoken again', async () => {
  const { stderr } = await recorded(async (_, port) => {
    await connected(`https://127.0.0.1:${port}`, (ask) => Promise.all(['/a', '/b'].map((path) => ask({ ':path': path }))))
    const request = https.get({ port, host: '127.0.0.1', path: '/c', rejectUnauthorized: false, agent: false })
    const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage]
    await once(response.resume(), 'end')
  })
  expect(stderr).toContain('recorded 3 takes')
  expect(await replay(['--concurrency', '3'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Takes  3 passed') })
  expect((await shown('/a')).trigger.request).toMatchObject({ httpVersion: '2.0', secure: true })
  expect((await shown('/c')).trigger.request).toMatchObject({ httpVersion: '1.1', secure: true })
})

const curl = ((): boolean => {
  try {
    return /\bHTTP2\b/.test(execFileSync('curl', ['--version'], { encoding: 'utf8' }))
  } catch {
    return false
  }
})()

test.runIf(curl)('curl, with prior knowledge, records and drives a replay', async () => {
  const ask = (port: number): string =>
    execFileSync('curl', ['-s', '-i', '--http2-prior-knowledge', '-d', 'from curl', `http://127.0.0.1:${port}/upload`], {
      encoding: 'latin1',
    })
  let before = ''
  await recorded(async (port) => {
    before = ask(port)
    await Promise.resolve()
  })
  expect(before).toMatch(/^HTTP\/2 200[^]*taken/)
  expect(await replay()).toMatchObject({ exitCode: 0 })
})

describe('gRPC', () => {
  /** Makes a call of every kind. @returns What the client got. */
  async function calls(port: number): Promise<unknown> {
    const { Client, credentials, Metadata } = await import('@grpc/grpc-js')
    const { shop } = (await import('./cli-apps/grpc-shop.mjs' as string)) as {
      shop: Record<string, import('@grpc/grpc-js').MethodDefinition<object, object>>
    }
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
    const of = (name: string) => {
      const { path, requestSerialize, responseDeserialize } = shop[name] as import('@grpc/grpc-js').MethodDefinition<object, object>
      return [path, requestSerialize, responseDeserialize] as const
    }
    const metadata = new Metadata()
    metadata.set('tenant', 'blue')
    const order = (item: string): Promise<unknown> =>
      new Promise((resolve) =>
        client.makeUnaryRequest(...of('order'), { item }, metadata, { deadline: Date.now() + 30_000 }, (error, value) =>
          resolve(error === null ? value : [error.code, error.details]),
        ),
      )
    const answers: unknown[] = [...(await Promise.all([order('tea'), order('milk')])), await order('none')]
    answers.push(await client.makeServerStreamRequest(...of('watch'), {}).toArray())
    answers.push(
      await new Promise((resolve) => {
        const call = client.makeClientStreamRequest(...of('sum'), (_error, value) => resolve(value))
        for (const item of [1, 2, 3]) call.write({ item })
        call.end()
      }),
    )
    const talk = client.makeBidiStreamRequest(...of('talk'))
    talk.write({ item: 'a' })
    talk.once('data', () => {
      talk.write({ item: 'b' })
      talk.end()
    })
    const said: unknown[] = []
    talk.on('data', (value) => said.push(value))
    await once(talk, 'end')
    client.close()
    return [...answers, said]
  }

  test('every kind of call is a take, with its messages, trailers and status', async () => {
    const recording = session.start(['record', '--', 'node', session.app('grpc-app.mjs')])
    const answers = await calls(Number(await recording.printed(/listening on (\d+)/)))
    recording.signal('SIGINT')
    await session.stopUpstream()
    expect(answers).toMatchObject([
      { item: 'tea', tenant: 'blue' },
      { item: 'milk' },
      [5, 'there is none'],
      { length: 3 },
      { sum: 6 },
      { length: 2 },
    ])
    const { stderr } = await recording.ended
    expect(stderr).toContain('recorded 6 takes and 2 calls')
    expect((await shown('/shop.Shop/Watch')).trigger.response).toMatchObject({
      status: 200,
      rawHeaders: expect.arrayContaining(['content-type', 'application/grpc+proto']),
      rawTrailers: expect.arrayContaining(['grpc-status', '0']),
    })
    const same = await replay(['--concurrency', '6', '--order', 'reversed'])
    expect(same).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Takes  6 passed') })
    const changed = await replay([], { BEHAVIOUR: 'other price' })
    expect(changed).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('Takes  4 passed, 2 failed') })
  })

  test('a client of gRPC drives a replay, and gets the recorded answers', async () => {
    const recording = session.start(['record', '--', 'node', session.app('grpc-app.mjs')])
    const before = await calls(Number(await recording.printed(/listening on (\d+)/)))
    recording.signal('SIGINT')
    await recording.ended
    await session.stopUpstream()
    const app = session.startApp('grpc-app.mjs', { RETAKE_MODE: 'replay' })
    const port = Number(await app.printed(/listening on (\d+)/))
    expect(await calls(port)).toEqual(before)
    app.signal('SIGTERM')
    await app.ended
  })
})
