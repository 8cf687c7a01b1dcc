import http from 'node:http'
import net from 'node:net'
import { expect, test } from 'vitest'
import { fetch as undiciFetch, ProxyAgent } from 'undici'
import { WebSocket, WebSocketServer } from 'ws'
import { bothRuns, listening, type RealServer, sameInBothRuns } from '../harness/both-runs.ts'

async function chat(options: { readonly compress?: boolean } = {}): Promise<RealServer> {
  const server = http.createServer()
  const sockets = new WebSocketServer({ server, perMessageDeflate: options.compress === true ? { threshold: 0 } : false })
  sockets.on('connection', (socket) => {
    socket.send('welcome')
    socket.on('message', (data, isBinary) => {
      const text = String(data as Buffer)
      if (isBinary) socket.send(Buffer.concat([data as Buffer, data as Buffer]))
      else if (text === 'close') socket.close(4001, 'as you wish')
      else if (text === 'count') for (const number of [1, 2, 3]) socket.send(`${number}`)
      else socket.send(`echo ${text}`)
    })
  })
  return await listening(server)
}

/** Says the next thing after each answer, and tells all events. */
function talk(url: string, say: readonly (string | Buffer)[], answers: number): Promise<string[]> {
  return new Promise((resolve) => {
    const heard: string[] = []
    const socket = new WebSocket(url)
    let next = 0
    socket.on('upgrade', (response) =>
      heard.push(`upgrade ${response.statusCode} ${response.rawHeaders.filter((_, at) => at % 2 === 0).join()}`),
    )
    socket.on('open', () => heard.push('open'))
    socket.on('message', (data, isBinary) => {
      heard.push(isBinary ? `binary ${(data as Buffer).toString('hex')}` : String(data as Buffer))
      if (next < say.length) socket.send(say[next++] as string)
      else if (heard.length >= answers) socket.close(1000, 'bye')
    })
    socket.on('error', (error) => heard.push(`error ${error.message}`))
    socket.on('close', (code, reason) => {
      heard.push(`close ${code} ${String(reason)}`)
      resolve(heard)
    })
  })
}

for (const compress of [false, true]) {
  test(`a WebSocket, ${compress ? 'compressed' : 'plain'}`, async () => {
    const both = await sameInBothRuns(await chat({ compress }), (origin) =>
      talk(
        `${origin.replace('http', 'ws')}/room?id=1`,
        ['hi', '{"n":9007199254740993}', Buffer.from([1, 2]), 'count', 'x'.repeat(70_000)],
        9,
      ),
    )
    expect(both.live).toContain('echo hi')
    const fields = both.interactions.map(({ call }) => call.fields)
    expect(fields[1]).toMatchObject({ method: 'MESSAGE', path: '/room', kind: 'text', message: 'hi' })
    expect(fields[2]).toMatchObject({ message: { n: { '#number': '9007199254740993' } } })
    expect(both.interactions[0]?.call.label).toMatch(/^GET http:.*\/room\?id=1$/)
  })
}

test('a WebSocket that the server closes', async () => {
  await sameInBothRuns(await chat(), (origin) => talk(origin.replace('http', 'ws'), ['close'], 99))
})

test('another message than recorded is a miss', async () => {
  let run = 0
  const both = await bothRuns(await chat(), (origin) => talk(origin.replace('http', 'ws'), [`message ${++run}`], 4))
  expect(both.misses).toHaveLength(1)
  expect(both.served).not.toContain('echo message 1')
})

test('an upgrade that the server refuses', async () => {
  const real = await listening(http.createServer((_request, response) => void response.writeHead(403).end('no')))
  await sameInBothRuns(real, (origin) => talk(origin.replace('http', 'ws'), [], 0))
})

test('an upgrade to a protocol that nobody knows', async () => {
  const server = http.createServer()
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello\n')
    socket.on('data', (piece) => socket.write(`echo ${piece}`))
    socket.on('end', () => socket.end())
  })
  await sameInBothRuns(
    await listening(server),
    (origin) =>
      new Promise((resolve) => {
        const heard: string[] = []
        const request = http.request(origin, { headers: { connection: 'upgrade', upgrade: 'echo' } })
        request.on('upgrade', (response, socket, head) => {
          heard.push(`upgrade ${response.statusCode} ${head.toString()}`)
          socket.on('data', (piece) => {
            heard.push(String(piece))
            if (heard.length === 2) socket.write('two\n')
            else socket.destroy()
          })
          socket.on('close', () => resolve(heard))
          socket.write('one\n')
        })
        request.end()
      }),
  )
})

test('HTTP through a proxy with CONNECT', async () => {
  const real = await listening(http.createServer((request, response) => void response.end(`${request.method} ${request.url}`)))
  const proxy = http.createServer()
  proxy.on('connect', (request: http.IncomingMessage, client: net.Socket) => {
    const [host, port] = (request.url ?? '').split(':')
    const server = net.connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      server.pipe(client)
      client.pipe(server)
    })
    for (const socket of [client, server]) {
      socket.on('error', () => {})
      socket.on('close', () => [client, server].forEach((other) => other.destroy()))
    }
  })
  const inner = `http://127.0.0.1:${real.port}`
  try {
    const both = await sameInBothRuns(await listening(proxy), async (origin) => {
      const dispatcher = new ProxyAgent(origin)
      const seen = []
      for (const path of ['/a', '/b?c=1']) {
        const response = await undiciFetch(`${inner}${path}`, { dispatcher })
        seen.push({ status: response.status, body: await response.text() })
      }
      await dispatcher.close()
      return seen
    })
    const labels = both.interactions.map(({ call }) => call.label.replace(/http:\/\/127.0.0.1:\d+ /, ''))
    // The agent may open the tunnel anew for each request.
    expect([...new Set(labels)]).toEqual([`CONNECT 127.0.0.1:${real.port}`, `GET ${inner}/a`, `GET ${inner}/b?c=1`])
  } finally {
    await real.close()
  }
})
