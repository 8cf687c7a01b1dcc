import http from 'node:http'
import net from 'node:net'
import { expect, test } from 'vitest'
import { bothRuns, listening, type RealServer, sameInBothRuns } from '../harness/both-runs.ts'
import { reset } from '../harness/front-server.ts'
import { viewed } from '../harness/http-client-view.ts'

/** A server that answers the n-th request on a connection with exactly these pieces, each in its own turn. */
function raw(answer: (socket: net.Socket, head: string) => void): Promise<RealServer> {
  return listening(
    net.createServer((socket) => {
      let text = ''
      socket.on('error', () => {})
      socket.on('data', (bytes) => {
        text += bytes.toString('latin1')
        for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
          const head = text.slice(0, end + 4)
          text = text.slice(end + 4)
          answer(socket, head)
        }
      })
    }),
  )
}

const cases: { readonly [name: string]: (socket: net.Socket) => void } = {
  'HTTP/1.0 without length': (socket) => void socket.end('HTTP/1.0 200 OK\r\nX-A: 1\r\n\r\nuntil the end'),
  'HTTP/1.0 with keep-alive': (socket) => void socket.write('HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok'),
  'until close on HTTP/1.1': (socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nbody without length'),
  'no reason phrase': (socket) => void socket.write('HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n'),
  'chunk extensions and trailers': (socket) =>
    void socket.write(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b;c="d"\r\nabc\r\n0A ; x\r\n0123456789\r\n0\r\nX-T: 1\r\nX-T: 2\r\n\r\n',
    ),
  'a body cut short by the end': (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this'),
  'chunks cut short by the end': (socket) => void socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'),
  'closed without an answer': (socket) => void socket.end(),
  'half a head': (socket) => void socket.end('HTTP/1.1 200 OK\r\nX-Cut: '),
  'not HTTP at all': (socket) => void socket.end('220 smtp ready\r\n'),
  'bad chunk size': (socket) => void socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n'),
  'two different lengths': (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc'),
  'a header that is too large': (socket) => void socket.write(`HTTP/1.1 200 OK\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`),
  'connection: close with a length': (socket) => void socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'),
  'folded header': (socket) => void socket.write('HTTP/1.1 200 OK\r\nX-Folded: a\r\n b\r\nContent-Length: 0\r\n\r\n'),
}

for (const [name, answer] of Object.entries(cases)) {
  test(name, async () => {
    await sameInBothRuns(await raw(answer), async (origin) => {
      const agent = new http.Agent({ keepAlive: true })
      const views = [await viewed(origin, { agent }), await viewed(origin, { agent })]
      agent.destroy()
      return views
    })
  })
}

test('reset before the answer, and in the middle of it', async () => {
  // Linux reports EOF instead of a reset while bytes wait to be read: so first they must be.
  let partRead = (): void => {}
  const real = await raw((socket, head) => {
    if (head.includes('/before')) return reset(socket)
    partRead = () => reset(socket)
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart')
  })
  const { live, served, interactions } = await bothRuns(real, async (origin) => [
    await viewed(`${origin}/before`),
    await viewed(`${origin}/middle`, { onResponse: (response) => response.once('data', () => partRead()) }),
  ])
  expect(served).toEqual(live)
  const broken = { kind: 'error', error: { code: 'ECONNRESET' } }
  expect(interactions.map(({ outcome }) => outcome.kind === 'stream' && outcome.ending)).toMatchObject([broken, broken])
})

test('the app aborts before, and in the middle of, the answer', async () => {
  const real = await raw((socket, head) => {
    if (head.includes('/middle')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart')
  })
  const both = await sameInBothRuns(real, async (origin, front) => [
    await viewed(`${origin}/before`, {
      drive: (request) => {
        request.end()
        void front.heard('/before').then(() => request.destroy())
      },
    }),
    await viewed(`${origin}/middle`, { onResponse: (response, request) => response.once('data', () => request.destroy()) }),
  ])
  expect(both.interactions.map(({ outcome }) => outcome.kind === 'stream' && outcome.ending.kind)).toEqual(['abandoned', 'abandoned'])
})

test('the app aborts while it sends its body', async () => {
  const real = await raw(() => {})
  const both = await sameInBothRuns(real, (origin, front) =>
    viewed(`${origin}/upload`, {
      method: 'POST',
      headers: { 'content-length': 100 },
      drive: (request) => {
        request.write('part')
        void front.heard('part').then(() => request.destroy())
      },
    }),
  )
  expect(both.interactions[0]?.call.fields).toMatchObject({ method: 'POST', path: '/upload', body: { unfinished: '100' } })
})

test('an early answer to a body that never ends', async () => {
  const real = await raw((socket) => void socket.write('HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig'))
  const both = await sameInBothRuns(real, (origin) =>
    viewed(`${origin}/upload?x=1`, {
      method: 'PUT',
      drive: (request) => {
        request.write('first')
        request.on('response', () => request.destroy())
      },
    }).then(({ status }) => status),
  )
  expect(both.interactions).toHaveLength(1)
})

test('requests like one that was answered early are still heard to their end', async () => {
  let early = false
  const real = await listening(
    http.createServer((request, response) => {
      if (early) return void response.writeHead(413).end('big')
      const pieces: Buffer[] = []
      request.on('data', (piece) => pieces.push(piece))
      request.on('end', () => response.end(`got ${Buffer.concat(pieces).toString()}`))
    }),
  )
  await sameInBothRuns(real, async (origin, front) => {
    const upload = (body: string, awaitsAnswer: boolean) =>
      viewed(`${origin}/upload`, {
        method: 'PUT',
        drive: (request) => {
          request.write(body)
          if (awaitsAnswer) request.on('response', (response) => response.on('end', () => request.destroy()))
          else void front.heard(body).then(() => request.end('!'))
        },
      })
    early = true
    const { status } = await upload('first', true)
    early = false
    return [status, (await upload('second', false)).body]
  })
})

test('a conversation in both directions within one request', async () => {
  const real = await listening(
    http.createServer((request, response) => {
      response.writeHead(200).flushHeaders()
      request.on('data', (piece) => response.write(`echo ${piece}`))
      request.on('end', () => response.end())
    }),
  )
  await sameInBothRuns(real, async (origin) => {
    const heard: string[] = []
    const view = await viewed(`${origin}/chat`, {
      method: 'POST',
      drive: (request) => {
        const say = ['one', 'two', 'three']
        request.flushHeaders()
        request.on('response', (response) => {
          const next = (): void => void (say.length > 0 ? request.write(say.shift() as string) : request.end())
          response.on('data', (piece) => {
            heard.push(String(piece))
            next()
          })
          next()
        })
      },
    })
    return { heard, view }
  })
})

test('another body than recorded after an early answer is no match', async () => {
  const real = await raw((socket) => void socket.write('HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\n\r\nbig'))
  let run = 0
  const both = await bothRuns(real, (origin) => {
    const body = ++run === 1 ? 'first' : 'other'
    return viewed(`${origin}/upload`, {
      method: 'PUT',
      drive: (request) => {
        request.write(body)
        request.on('response', () => request.destroy())
      },
    })
  })
  expect(both.failures.map((error) => error.message)).toEqual([expect.stringContaining('the first 5 bytes of the body differ')])
})

test('a call that was not recorded breaks the connection with the miss itself', async () => {
  const real = await raw((socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))
  let run = 0
  const both = await bothRuns(real, async (origin) => await viewed(`${origin}/${++run}`))
  expect(both.served.status).toBeUndefined()
  expect(both.failures).toMatchObject([{ code: 'RETAKE_MISS' }])
  expect(both.unused).toHaveLength(1)
})

test('pipelined requests are answered in their order', async () => {
  const real = await listening(
    http.createServer((request, response) => {
      // The later answer is ready first.
      if (request.url === '/1') setImmediate(() => setImmediate(() => response.end('slow')))
      else response.end(request.url)
    }),
  )
  await sameInBothRuns(real, async (_origin, front) => {
    const socket = net.connect(front.port, '127.0.0.1')
    socket.write(
      'GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nPOST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhiGET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    )
    const pieces: Buffer[] = []
    for await (const piece of socket) pieces.push(piece)
    return Buffer.concat(pieces).toString()
  })
})

test('a request that no parser reads', async () => {
  const real = await listening(http.createServer())
  await sameInBothRuns(real, async (_origin, front) => {
    const socket = net.connect(front.port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n')
    const pieces: Buffer[] = []
    for await (const piece of socket) pieces.push(piece)
    return Buffer.concat(pieces).toString()
  })
})
