import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'

/** A live server of a test, and how a scenario finds it. */
export interface LiveServer {
  readonly environment: NodeJS.ProcessEnv
  close(): Promise<void>
}

async function listening(server: net.Server, extra: NodeJS.ProcessEnv = {}, path?: string): Promise<LiveServer> {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => (path === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(path, resolve)))
  const address = server.address()
  const environment =
    typeof address === 'string' ? { STAGE_PATH: address, ...extra } : { STAGE_PORT: String((address as net.AddressInfo).port), ...extra }
  return {
    environment,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

let identity: { readonly key: Buffer; readonly cert: Buffer; readonly ca: string } | undefined

/** A certificate authority and a certificate for `localhost` and 127.0.0.1, made afresh. */
function certificate(): { readonly key: Buffer; readonly cert: Buffer; readonly ca: string } {
  if (identity !== undefined) return identity
  const directory = mkdtempSync(join(tmpdir(), 'certificates-'))
  const file = (name: string): string => join(directory, name)
  const openssl = (...args: string[]): Buffer => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=Test Authority',
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
  )
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=localhost',
    '-keyout',
    file('key.pem'),
    '-out',
    file('request.pem'),
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
  )
  openssl(
    'x509',
    '-req',
    '-in',
    file('request.pem'),
    '-CA',
    file('ca.pem'),
    '-CAkey',
    file('ca.key'),
    '-CAcreateserial',
    '-days',
    '2',
    '-copy_extensions',
    'copy',
    '-out',
    file('cert.pem'),
  )
  identity = {
    key: readFileSync(file('key.pem')),
    cert: readFileSync(file('cert.pem')),
    ca: file('ca.pem'),
  }
  return identity
}

function application(request: http.IncomingMessage, response: http.ServerResponse): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    if (request.url === '/chunks') {
      response.write('one ')
      setImmediate(() => response.end('two'))
    } else if (request.url === '/reset') {
      request.socket.resetAndDestroy()
    } else if (request.url === '/close') {
      response.setHeader('connection', 'close')
      response.end('closing')
    } else {
      response.setHeader('x-method', request.method ?? '')
      response.setHeader('date', 'Thu, 01 Jan 1970 00:00:00 GMT')
      response.end(`${request.url} ${body.length}`)
    }
  })
}

const megabytes = 50

/** By name; each started afresh for one test. */
export const servers = {
  /** Says what was said to it, and ends when the client does. */
  echo: () => listening(net.createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))),
  unixEcho: () =>
    listening(
      net.createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)),
      {},
      join(mkdtempSync(join(tmpdir(), 'pipe-')), 'echo.sock'),
    ),
  /** Speaks first, and ends after its greeting. */
  greeter: () => listening(net.createServer((socket) => socket.end('welcome'))),
  /** Ends its side at once and goes on listening; then answers with nothing. */
  firstToEnd: () =>
    listening(
      net.createServer({ allowHalfOpen: true }, (socket) => {
        socket.end('bye')
        socket.resume()
      }),
    ),
  /** Takes everything and says how much it was at the end. */
  sink: () =>
    listening(
      net.createServer({ allowHalfOpen: true }, (socket) => {
        let length = 0
        socket.on('data', (chunk) => (length += chunk.length))
        socket.on('end', () => socket.end(String(length)))
      }),
    ),
  /** Sends 50 MB. */
  fountain: () =>
    listening(
      net.createServer((socket) => {
        const block = Buffer.alloc(1 << 20)
        for (let index = 0; index < block.length; index++) block[index] = index % 251
        for (let count = 0; count < megabytes; count++) socket.write(block)
        socket.end()
      }),
    ),
  /** Resets as soon as it hears anything. */
  resetting: () => listening(net.createServer((socket) => socket.once('data', () => socket.resetAndDestroy()))),
  /** Accepts and says nothing. */
  silent: () => listening(net.createServer((socket) => socket.resume())),
  http: () => listening(http.createServer({ keepAliveTimeout: 60_000 }, application)),
  https: () => {
    const { key, cert, ca } = certificate()
    return listening(https.createServer({ key, cert, keepAliveTimeout: 60_000 }, application), {
      STAGE_CA: ca,
    })
  },
  tls: () => {
    const { key, cert, ca } = certificate()
    return listening(
      tls.createServer({ key, cert, ALPNProtocols: ['echo/1', 'http/1.1'] }, (socket) => socket.pipe(socket)),
      { STAGE_CA: ca },
    )
  },
  http2: () => listening(http2.createServer((_request, response) => response.end('over h2c'))),
  /** Answers "go" to "starttls" and goes on in TLS, like PostgreSQL's SSLRequest. */
  startTls: () => {
    const { key, cert, ca } = certificate()
    const context = tls.createSecureContext({ key, cert })
    return listening(
      net.createServer((socket) => {
        socket.once('data', () => {
          socket.write('go')
          const upper = new tls.TLSSocket(socket, { isServer: true, secureContext: context })
          upper.on('error', () => undefined)
          upper.on('data', (chunk) => upper.write(`secret ${chunk.toString()}`))
        })
      }),
      { STAGE_CA: ca },
    )
  },
} satisfies { readonly [name: string]: () => Promise<LiveServer> }

/** A port on which nothing listens, as far as that can be known. */
export async function closedPort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}
