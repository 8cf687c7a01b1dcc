import http2, { type ClientHttp2Session, type ClientHttp2Stream, type ServerHttp2Stream } from 'node:http2'
import https from 'node:https'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import type net from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PatchRegistry } from '@retake/core'
import { installHttpTriggers } from '../../src/index.ts'
import { currentTake, LogSink } from '../http/log-sink.ts'

type Headers = { readonly [name: string]: string | string[] | number | undefined }
type OnStream = (stream: ServerHttp2Stream, headers: Headers, flags: number, rawHeaders: readonly string[]) => unknown
type OnRequest = (request: http2.Http2ServerRequest, response: http2.Http2ServerResponse) => unknown

/** What a scenario's client does. */
interface Client {
  readonly session: ClientHttp2Session
  readonly port: number
  /** Sends a request and keeps what comes of it. */
  ask(headers: http2.OutgoingHttpHeaders, body?: string | Buffer, act?: (stream: ClientHttp2Stream) => void): Promise<void>
}

interface Scenario {
  readonly stream?: OnStream
  readonly request?: OnRequest
  readonly server?: () => http2.Http2Server | Promise<http2.Http2Server>
  readonly options?: http2.ServerOptions & http2.SecureServerOptions
  readonly secure?: boolean
  readonly client: (client: Client) => Promise<unknown>
  readonly skip?: (url: string) => boolean
  readonly waitsForBodies?: boolean
}

const require = createRequire(import.meta.url)
let events: string[] = []
const say = (...what: unknown[]): undefined =>
  void events.push(what.map((each) => (typeof each === 'object' && each !== null ? JSON.stringify(each) : String(each))).join(' '))
const sayTake = (what: string): undefined => say(what, 'take', observed ? currentTake() : '-')

const file = join(tmpdir(), `retake-http2-${process.pid}.txt`)
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

async function bodyOf(stream: AsyncIterable<unknown>): Promise<string> {
  let body = ''
  for await (const chunk of stream) body += (chunk as Buffer).toString('latin1')
  return body
}

let gateOpens = (): void => undefined
let gate = Promise.resolve()
let missing = 0
/** Waits until three have come. */
async function three(): Promise<void> {
  if (--missing === 0) gateOpens()
  await gate
}

const scenarios: { readonly [name: string]: Scenario } = {
  'stream API': {
    stream: (stream) => {
      stream.respond({ 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'], 'X-Upper': 'case' })
      stream.end('plain äöü')
    },
    client: ({ ask }) => ask({ ':path': '/a?b=c', 'x-twice': ['1', '2'], cookie: 'k=v' }),
  },
  'a first write responds': {
    stream: (stream) => {
      stream.write('one')
      stream.end(Buffer.from([0, 255, 128]))
    },
    client: ({ ask }) => ask({}),
  },
  'chunks, corked': {
    stream: (stream) => {
      stream.cork()
      stream.write('a')
      stream.write(Buffer.from('b'))
      stream.uncork()
      stream.end('ä', 'latin1')
    },
    client: ({ ask }) => ask({}),
  },
  'compatibility API': {
    request: async (request, response) => {
      sayTake('before')
      const body = await bodyOf(request)
      sayTake('after')
      response.setHeader('x-method', request.method)
      response.appendHeader?.('set-cookie', 'a=1')
      response.statusCode = 201
      response.end(`${body} ${request.url}`)
    },
    client: ({ ask }) => ask({ ':method': 'POST', ':path': '/p' }, 'hello world'),
  },
  'events of the compatibility API': {
    request: (request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => {
        sayTake('data')
        body += chunk.toString()
      })
      request.on('end', () => {
        sayTake('end')
        response.end(body)
      })
      response.on('finish', () => sayTake('finish'))
      response.on('close', () => sayTake('close'))
    },
    client: ({ ask }) => ask({ ':method': 'PUT' }, 'x'.repeat(100_000)),
  },
  'trailers both ways': {
    stream: (stream) => {
      stream.on('trailers', (trailers, flags) => say('trailers', trailers, flags, currentTakeOf()))
      stream.respond({}, { waitForTrailers: true })
      stream.on('wantTrailers', () => {
        sayTake('wantTrailers')
        stream.sendTrailers({ 'x-sum': '1', 'x-list': ['a', 'b'] })
      })
      stream.resume()
      stream.on('end', () => stream.end('body'))
    },
    client: ({ session, ask }) => {
      const stream = session.request({ ':method': 'POST', ':path': '/t' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-request-sum': '2' }))
      void ask
      stream.end('up')
      return answerOf(stream, '/t')
    },
  },
  'before the response': {
    request: (_, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' })
      response.end('after hints')
    },
    client: ({ ask }) => ask({}),
  },
  'expect, answered by node': {
    request: async (request, response) => void response.end(await bodyOf(request)),
    client: ({ ask }) => ask({ ':method': 'POST', expect: '100-continue' }, 'ok'),
  },
  push: {
    stream: (stream) => {
      stream.pushStream({ ':path': '/pushed.css' }, (error, pushed) => {
        sayTake('pushes')
        pushed.respond({ 'x-pushed': error === null ? 'yes' : 'no' })
        pushed.end('css')
      })
      stream.respond({})
      stream.end('page')
    },
    client: ({ ask }) => ask({}),
  },
  'a file': {
    stream: (stream) => stream.respondWithFile(file, { 'content-type': 'text/plain' }, { offset: 4, length: 11 }),
    client: ({ ask }) => ask({}),
  },
  'a descriptor, and a part of it': {
    stream: (stream) => {
      const fd = fs.openSync(file, 'r')
      stream.on('close', () => fs.closeSync(fd))
      stream.respondWithFD(
        fd,
        {},
        {
          statCheck(stat, headers, options) {
            headers['x-size'] = String(stat.size)
            options.offset = 3
            options.length = 8
          },
        },
      )
    },
    client: ({ ask }) => ask({}),
  },
  'HEAD and no content': {
    request: (request, response) => {
      response.statusCode = request.url === '/204' ? 204 : 200
      response.end()
    },
    client: async ({ ask }) => {
      await ask({ ':method': 'HEAD', ':path': '/head' })
      await ask({ ':path': '/204' })
    },
  },
  'three at once': {
    stream: async (stream, headers) => {
      const path = String(headers[':path'])
      sayTake(`${path} before`)
      await three()
      sayTake(`${path} after`)
      await turn()
      stream.respond({ 'x-path': path })
      stream.end(path)
      stream.on('close', () => sayTake(`${path} closed`))
    },
    client: ({ ask }) => Promise.all(['/1', '/2', '/3'].map((path) => ask({ ':path': path }))),
  },
  'reset by the client': {
    stream: (stream) => {
      stream.on('aborted', () => sayTake('aborted'))
      stream.on('close', () => say('closed', stream.rstCode))
      stream.respond({})
      stream.write('some')
    },
    client: ({ ask }) => ask({}, undefined, (stream) => stream.once('data', () => stream.close(http2.constants.NGHTTP2_CANCEL))),
  },
  'reset by the server': {
    stream: (stream) => {
      stream.on('error', (error: NodeJS.ErrnoException) => say('error', error.code, currentTakeOf()))
      stream.respond({})
      stream.write('some', () => stream.close(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM))
    },
    client: ({ ask }) => ask({ ':method': 'POST' }, undefined, (stream) => stream.write('never ended')),
  },
  refused: {
    stream: (stream) => {
      stream.on('error', (error: NodeJS.ErrnoException) => say('error', error.code))
      stream.close(http2.constants.NGHTTP2_REFUSED_STREAM)
    },
    client: ({ ask }) => ask({}),
  },
  destroyed: {
    stream: (stream) => {
      stream.on('error', (error) => say('error', error.message))
      stream.respond({})
      stream.write('x', () => stream.destroy(new Error('on purpose')))
    },
    client: ({ ask }) => ask({}),
  },
  'client gone': {
    stream: (stream) => {
      stream.on('aborted', () => sayTake('aborted'))
      stream.respond({})
      stream.write('some')
    },
    client: async ({ session, ask }) => {
      await ask({}, undefined, (stream) => stream.once('data', () => session.destroy()))
    },
  },
  'unread body': {
    stream: (stream) => {
      stream.respond({ ':status': 413 })
      stream.end('did not look')
    },
    client: ({ ask }) => ask({ ':method': 'POST' }, 'abc'),
  },
  'large both ways': {
    request: async (request, response) => {
      const body = await bodyOf(request)
      response.end(body)
    },
    client: ({ ask }) => ask({ ':method': 'POST' }, Buffer.alloc(1_000_000, 'large ')),
  },
  'hidden header': {
    request: (request, response) => response.end(JSON.stringify([request.headers, request.rawHeaders])),
    client: ({ ask }) => ask({ a: '1', 'x-retake-take': 'abc-1', b: '2' }),
  },
  'marked as sensitive': {
    stream: (stream, headers) => {
      say('sensitive', (headers as { [key: symbol]: unknown })[http2.sensitiveHeaders])
      stream.respond({ 'x-open': '1', 'x-secret': 'mine', [http2.sensitiveHeaders]: ['x-secret'] })
      stream.end()
    },
    client: ({ ask }) => ask({ 'x-key': 'mine', authorization: 'Bearer x', cookie: 'a=1', [http2.sensitiveHeaders]: ['x-key'] }),
  },
  'left out': {
    stream: (stream, headers) => {
      stream.respond({})
      stream.end(String(headers[':path']))
    },
    skip: (url) => url === '/skip',
    client: async ({ ask }) => {
      await ask({ ':path': '/skip' })
      await ask({ ':path': '/keep' })
    },
  },
  'heard by the session': {
    server: () => {
      const server = http2.createServer()
      server.on('session', (session) => {
        session.on('stream', (stream) => {
          sayTake('session')
          stream.respond({})
          stream.end('by session')
        })
      })
      return server
    },
    client: ({ ask }) => ask({}),
  },
  'bodies say whose they are': {
    waitsForBodies: true,
    request: async (request, response) => {
      if (request.url === '/turns') response.flushHeaders()
      response.end(await bodyOf(request).catch(() => 'cut off'))
    },
    client: async ({ session, ask }) => {
      await ask({ ':method': 'POST' }, 'which')
      await ask({ ':method': 'POST' }, 'x'.repeat(200_000))
      await ask({ ':path': '/none' })
      await ask({ ':method': 'POST', ':path': '/gone' }, undefined, (stream) => {
        stream.write('some')
        stream.session?.ping(() => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR))
      })
      // Waits for the answer before it goes on.
      await ask({ ':method': 'POST', ':path': '/turns' }, undefined, (stream) =>
        stream.on('response', () => stream.end(' and more')).write('first'),
      )
      // Then the server has heard of it, too.
      await new Promise<void>((resolve) => void session.ping(() => resolve()))
    },
  },
  'a WebSocket': {
    options: { settings: { enableConnectProtocol: true } },
    stream: (stream, headers) => {
      say(headers[':method'], headers[':protocol'])
      stream.respond({ ':status': 200 })
      stream.on('data', (chunk: Buffer) => {
        sayTake('message')
        stream.end(`echo ${chunk.toString()}`)
      })
    },
    client: async ({ session, ask }) => {
      await once(session, 'remoteSettings')
      await ask({ ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/chat' }, undefined, (stream) =>
        stream.on('end', () => stream.end()).write('frame'),
      )
    },
  },
  secure: { secure: true, stream: (stream) => void (stream.respond({}), stream.end('secret')), client: ({ ask }) => ask({}) },
  'secure, HTTP/1 as well': {
    secure: true,
    options: { allowHTTP1: true },
    request: (request, response) =>
      void response.end(`${request.httpVersion} ${request.url} ${say('take', observed ? currentTake() : '-') ?? ''}`),
    client: async ({ port, ask }) => {
      await ask({ ':path': '/two' })
      const request = https.get({ port, host: '127.0.0.1', path: '/one', rejectUnauthorized: false, agent: false })
      const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage]
      say('HTTP/1', response.statusCode, await bodyOf(response))
    },
  },
  fastify: {
    server: async () => {
      const { fastify } = require('fastify') as typeof import('fastify')
      const app = fastify({ http2: true })
      app.post('/f/:id', async (request) => say('take', observed ? currentTake() : '-') ?? { params: request.params, body: request.body })
      await app.ready()
      return app.server as unknown as http2.Http2Server
    },
    client: ({ ask }) => ask({ ':method': 'POST', ':path': '/f/7', 'content-type': 'application/json' }, '{"a":1}'),
  },
}

let observed = false
const currentTakeOf = (): string => (observed ? `take ${currentTake()}` : 'take -')

/** Keeps what a client sees of an answer; without what differs from run to run. */
function answerOf(stream: ClientHttp2Stream, name: string): Promise<void> {
  const raw = (rest: readonly unknown[]): string => JSON.stringify(rest[0]).replace(/"[A-Z][a-z]{2}, \d\d [^"]* GMT"/g, '"date"')
  const chunks: Buffer[] = []
  stream.on('headers', (_, __, ...rest: unknown[]) => say(name, 'early', raw(rest)))
  stream.on('response', (_, __, ...rest: unknown[]) => say(name, raw(rest)))
  stream.on('trailers', (_, __, ...rest: unknown[]) => say(name, 'trailers', raw(rest)))
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('error', (error: NodeJS.ErrnoException) => say(name, 'client error', error.code))
  return new Promise((resolve) =>
    stream.on('close', () => {
      const body = Buffer.concat(chunks).toString('latin1')
      say(name, 'body', body.length > 300 ? body.length : body, stream.rstCode)
      resolve()
    }),
  )
}

async function run(scenario: Scenario, certificate: { readonly key: string; readonly cert: string }): Promise<unknown> {
  events = []
  missing = 3
  gate = new Promise((resolve) => (gateOpens = resolve))
  const sink = new LogSink()
  sink.skip = ({ url }) => scenario.skip?.(url) ?? false
  sink.needsBody = () => scenario.waitsForBodies === true
  const patches = new PatchRegistry()
  if (observed) installHttpTriggers(patches, sink)
  const server =
    (await scenario.server?.()) ??
    (scenario.secure === true
      ? http2.createSecureServer({ ...certificate, ...scenario.options })
      : http2.createServer(scenario.options ?? {}))
  const over: Promise<unknown>[] = []
  const open = new Set<net.Socket>()
  server.on(scenario.secure === true ? 'secureConnection' : 'connection', (socket: net.Socket) => open.add(socket))
  if (scenario.request !== undefined) server.on('request', scenario.request)
  server.on('stream', (stream: ServerHttp2Stream, headers: Headers, flags: number, ...rest: unknown[]) => {
    sayTake(`${String(headers[':method'])} ${String(headers[':path'])}`)
    say(stream.eventNames().length, Reflect.ownKeys(stream).map(String))
    over.push(new Promise((resolve) => void stream.once('close', resolve)))
    void scenario.stream?.(stream, headers, flags, rest[0] as readonly string[])
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  const session = http2.connect(`${scenario.secure === true ? 'https' : 'http'}://127.0.0.1:${port}`, { rejectUnauthorized: false })
  session.on('error', () => undefined)
  session.on('stream', (pushed: ClientHttp2Stream) => over.push(answerOf(pushed, 'pushed')))
  await scenario.client({
    session,
    port,
    ask: (headers, body, act) => {
      const stream = session.request({ ':path': '/', ...headers }, body === undefined && act === undefined ? { endStream: true } : {})
      const answer = answerOf(stream, String(headers[':path'] ?? '/'))
      act?.(stream)
      if (body !== undefined) stream.end(body)
      return answer
    },
  })
  await Promise.all(over)
  session.destroy()
  for (const socket of open) socket.destroy()
  await new Promise<void>((resolve) => void server.close(() => resolve()))
  patches.undoAll()
  return { events, takes: sink.takes }
}

const [mode, certificate = ''] = process.argv.slice(2)
observed = mode === 'observed'
fs.writeFileSync(file, 'the bytes of a file')
const outcomes: { [name: string]: unknown } = {}
for (const [name, scenario] of Object.entries(scenarios)) {
  outcomes[name] = await run(scenario, JSON.parse(certificate) as { key: string; cert: string })
}
fs.rmSync(file)
process.stdout.write(JSON.stringify(outcomes))
