import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import net, { type AddressInfo, type Socket } from 'node:net'
import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import tls from 'node:tls'
import { once } from 'node:events'
import { PatchRegistry } from '@retake/core'
import { installHttpTriggers } from '../../src/index.ts'
import { currentTake, LogSink } from './log-sink.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

interface Scenario {
  readonly handler?: Handler
  /** Sets up the server otherwise than by `http.createServer(handler)`. */
  readonly server?: (handler: Handler) => http.Server | Promise<http.Server>
  /** Raw bytes that the client sends, in so many writes. */
  readonly send: readonly string[]
  /** Each write waits for something from the server first. */
  readonly answered?: boolean
  /** Does what it wants with the client socket instead of waiting for the end. */
  readonly client?: (socket: Socket, server: http.Server, done: Promise<void>[]) => Promise<void>
  readonly skip?: (url: string) => boolean
  readonly secure?: boolean
}

const require = createRequire(import.meta.url)
const events: string[] = []
const say = (...what: (string | number | boolean | undefined | readonly string[])[]): undefined =>
  void events.push(what.map((each) => (typeof each === 'object' ? JSON.stringify(each) : String(each))).join(' '))

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += (chunk as Buffer).toString('latin1')
  return body
}

const get = (path: string, extra = '', close = true): string =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\n${extra}${close ? 'Connection: close\r\n' : ''}\r\n`

/** Resolves when `count` handlers have been called. */
function gate(count: number): { arrived(): void; readonly open: Promise<void> } {
  let missing = count
  let release = (): void => {}
  const open = new Promise<void>((resolve) => (release = resolve))
  return { arrived: () => void (--missing === 0 && release()), open }
}

const threeArrived = gate(3)
const responseClosed = gate(1)
const requestSeen = gate(1)

const scenarios: { readonly [name: string]: Scenario } = {
  'end with text': { send: [get('/')], handler: (_, res) => res.end('plain text äöü') },
  'end with a buffer': { send: [get('/')], handler: (_, res) => res.end(Buffer.from([0, 255, 128, 10])) },
  'end empty': { send: [get('/')], handler: (_, res) => res.end() },
  'head and buffer apart': {
    send: [get('/')],
    handler: (_, res) => {
      res.writeHead(201, { 'content-length': 4, 'x-raw-Case': 'kept' })
      res.write(Buffer.from('ab'))
      res.end(Buffer.from('cd'))
    },
  },
  chunked: {
    send: [get('/')],
    handler: async (_, res) => {
      res.write('first')
      await new Promise(setImmediate)
      res.write(Buffer.from('second'))
      res.end('äthird', 'latin1')
    },
  },
  corked: {
    send: [get('/')],
    handler: (_, res) => {
      res.write('0')
      res.cork()
      res.write('one')
      res.write(Buffer.from('two'))
      res.uncork()
      res.end('three')
    },
  },
  'flushed head': {
    send: [get('/')],
    handler: async (_, res) => {
      res.setHeader('Trailer', 'X-End')
      res.flushHeaders()
      await new Promise(setImmediate)
      res.write('body')
      res.addTrailers({ 'X-End': 'yes' })
      res.end()
    },
  },
  HEAD: { send: ['HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'], handler: (_, res) => res.end('not sent') },
  'no content': { send: [get('/')], handler: (_, res) => void res.writeHead(204).end() },
  'HTTP/1.0': { send: ['GET / HTTP/1.0\r\n\r\n'], handler: (_, res) => res.end('old') },
  piped: { send: [get('/')], handler: (_, res) => pipeline(Readable.from(Array.from({ length: 40 }, (_, i) => `${i}`.repeat(3000))), res) },
  'read body': {
    send: ['POST /p?q=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 11\r\n\r\nhello', ' world'],
    handler: async (req, res) => res.end(`got ${await bodyOf(req)}`),
  },
  'chunked body with trailers': {
    send: [
      'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n5\r\nhello\r\n',
      '0\r\nX-T: 1\r\n\r\n',
    ],
    handler: async (req, res) => res.end(`${await bodyOf(req)} ${req.rawTrailers.join()}`),
  },
  'unread body': {
    send: ['POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc'],
    handler: (_, res) => res.end('did not look'),
  },
  'expect, answered by node': {
    send: ['POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n', 'ok'],
    answered: true,
    handler: async (req, res) => res.end(await bodyOf(req)),
  },
  'expect, answered by the app': {
    send: ['POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n', 'ok'],
    answered: true,
    server: (handler) => {
      const server = http.createServer(handler)
      server.on('checkContinue', (req, res) => {
        say('checkContinue in take', currentTake())
        res.writeContinue()
        server.emit('request', req, res)
      })
      return server
    },
    handler: async (req, res) => res.end(await bodyOf(req)),
  },
  'early hints': {
    send: [get('/')],
    handler: (_, res) => {
      res.writeProcessing()
      res.writeEarlyHints({ link: '</a.css>; rel=preload' })
      res.end('after hints')
    },
  },
  'keep-alive': {
    send: [get('/1', '', false), get('/2')],
    answered: true,
    handler: (req, res) => res.end(req.url),
  },
  pipelined: {
    send: [get('/1', '', false) + get('/2', '', false) + get('/3')],
    handler: async (req, res) => {
      threeArrived.arrived()
      if (req.url === '/1') await threeArrived.open
      res.setHeader('x-url', `${req.url}`)
      res.write(Buffer.from(`a${req.url}`))
      await new Promise(setImmediate)
      res.end(`b${req.url}`)
    },
  },
  'destroyed by the app': {
    send: [get('/')],
    handler: (_, res) => {
      res.on('close', () => responseClosed.arrived())
      res.writeHead(200, { 'content-length': 100 })
      res.write('partly', () => res.destroy())
    },
    client: async (socket, _, done) => {
      await Promise.all([once(socket, 'close'), responseClosed.open, ...done])
    },
  },
  'client gone in the middle of the response': {
    send: [get('/')],
    handler: (_, res) => {
      res.on('close', () => {
        res.end('too late')
        responseClosed.arrived()
      })
      res.write('some')
    },
    client: async (socket) => {
      await once(socket, 'data')
      socket.destroy()
      await responseClosed.open
    },
  },
  'client gone in the middle of the body': {
    send: ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhal'],
    handler: (req, res) => {
      req.on('data', () => requestSeen.arrived())
      req.on('error', (error: NodeJS.ErrnoException) => say('request error', error.code))
      res.on('close', () => responseClosed.arrived())
    },
    client: async (socket) => {
      await requestSeen.open
      socket.destroy()
      await responseClosed.open
    },
  },
  'hidden header': {
    send: [get('/', 'A: 1\r\nX-Retake-Take: abc-1\r\nB: 2\r\n')],
    handler: (req, res) => res.end(JSON.stringify([req.headers, req.rawHeaders, req.headersDistinct])),
  },
  'left out': {
    send: [get('/skip', '', false), get('/keep')],
    answered: true,
    skip: (url) => url === '/skip',
    handler: (req, res) => res.end(req.url),
  },
  'handed to another server': {
    send: [get('/')],
    server: (handler) => {
      const other = http.createServer(handler)
      return http.createServer((req, res) => void other.emit('request', req, res))
    },
    handler: (_, res) => res.end('from the other'),
  },
  subclass: {
    send: [get('/')],
    server: (handler) => new (class extends http.Server {})(handler),
    handler: (_, res) => res.end('sub'),
  },
  secure: { send: [get('/')], secure: true, handler: (_, res) => res.end('secret') },
  express: {
    send: ['POST /e/7 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}'],
    server: () => {
      const express = require('express') as typeof import('express')
      const app = express()
      app.use(express.json())
      app.post('/e/:id', (req, res) => void res.json(say('/1 after', currentTake()) ?? { id: req.params.id, body: req.body as unknown }))
      return http.createServer(app)
    },
  },
  fastify: {
    send: ['POST /f/7 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}'],
    server: async () => {
      const { fastify } = require('fastify') as typeof import('fastify')
      const app = fastify()
      app.post('/f/:id', async (req) => say('/1 after', currentTake()) ?? { params: req.params, body: req.body })
      await app.ready()
      return app.server
    },
  },
}

async function run(
  name: string,
  observed: boolean,
  certificate: { readonly key: string; readonly cert: string } | undefined,
): Promise<unknown> {
  const scenario = scenarios[name]
  if (scenario === undefined) throw new Error(`no scenario ${name}`)
  const sink = new LogSink()
  sink.skip = ({ url }) => scenario.skip?.(url) ?? false
  const patches = new PatchRegistry()
  if (observed) installHttpTriggers(patches, sink)
  const finished: Promise<void>[] = []
  const handler: Handler = async (req, res) => {
    say(req.method, req.url, 'take', observed ? currentTake() : '-')
    finished.push(new Promise((resolve) => res.once('close', () => resolve())))
    for (const each of [req, res]) say(each.eventNames().length, Reflect.ownKeys(each).map(String))
    try {
      await scenario.handler?.(req, res)
      say(req.url, 'after', observed ? currentTake() : '-')
    } catch (error) {
      say('failed', (error as Error).message)
    }
  }
  const server =
    scenario.secure === true
      ? https.createServer(certificate ?? {}, handler)
      : await (scenario.server?.(handler) ?? http.createServer(handler))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const socket =
    scenario.secure === true ? tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false }) : net.connect(port, '127.0.0.1')
  await once(socket, scenario.secure === true ? 'secureConnect' : 'connect')
  let received = ''
  socket.setEncoding('latin1').on('data', (text: string) => (received += text))
  socket.on('error', (error: NodeJS.ErrnoException) => say('client error', error.code))
  const ended = once(socket, 'close')
  for (const [index, part] of scenario.send.entries()) {
    if (index > 0 && scenario.answered === true) await once(socket, 'data')
    socket.write(part, 'latin1')
  }
  if (scenario.client) await scenario.client(socket, server, finished)
  else await ended
  await Promise.all(finished)
  await new Promise<void>((resolve) => server.close(() => resolve()))
  patches.undoAll()
  const left = [
    Object.hasOwn(http.Server.prototype, 'emit'),
    Object.hasOwn(https.Server.prototype, 'emit'),
    Object.hasOwn(http.IncomingMessage.prototype, 'push'),
    ...['_writeRaw', '_flushOutput', 'emit'].map((key) => Object.hasOwn(http.ServerResponse.prototype, key)),
  ]
  return { received, events, heard: { takes: sink.takes, wire: sink.wire }, left }
}

const [name = '', mode, certificate] = process.argv.slice(2)
if (name === '--list') process.stdout.write(JSON.stringify(Object.keys(scenarios)))
else
  process.stdout.write(
    JSON.stringify(
      await run(
        name,
        mode === 'observed',
        certificate === undefined ? undefined : (JSON.parse(certificate) as { key: string; cert: string }),
      ),
    ),
  )
