import http from 'node:http'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { test } from 'vitest'
import { listening, sameInBothRuns } from '../harness/both-runs.ts'
import { viewed } from '../harness/http-client-view.ts'

const server = (handler: http.RequestListener) => listening(http.createServer(handler))

test('raw header case, order, duplicates, reason phrase and date survive', async () => {
  const real = await server((_request, response) => {
    response.writeHead(299, 'Quite Fine', [
      ['X-CamelCase', 'a'],
      ['Set-Cookie', 'a=1; Path=/'],
      ['x-lower', 'é'],
      ['Set-Cookie', 'b=2; HttpOnly'],
      ['Content-Type', 'text/plain'],
    ] as unknown as http.OutgoingHttpHeaders)
    response.end('hello')
  })
  await sameInBothRuns(real, async (origin) => [await viewed(`${origin}/a?x=1`), await viewed(`${origin}/a?x=2`)])
})

test('encoded and binary bodies keep their exact bytes', async () => {
  const text = 'lorem ipsum '.repeat(1000)
  const real = await server((request, response) => {
    const coding = request.url?.slice(1) ?? ''
    const body =
      coding === 'gzip' ? gzipSync(text) : coding === 'br' ? brotliCompressSync(text) : coding === 'deflate' ? deflateSync(text) : undefined
    if (body !== undefined) response.setHeader('content-encoding', coding)
    response.end(body ?? Buffer.from(Array.from({ length: 70_000 }, (_, at) => at % 256)))
  })
  await sameInBothRuns(real, async (origin) => {
    const views = []
    for (const coding of ['gzip', 'br', 'deflate', 'binary']) {
      views.push(await viewed(`${origin}/${coding}`))
      views.push(Buffer.from(await (await fetch(`${origin}/${coding}`)).arrayBuffer()).toString('base64'))
    }
    return views
  })
})

test('trailers', async () => {
  const real = await server((_request, response) => {
    response.writeHead(200, { trailer: 'X-Checksum' })
    response.write('one')
    response.write('two')
    response.addTrailers({ 'X-Checksum': 'abc' })
    response.end()
  })
  await sameInBothRuns(real, (origin) => viewed(origin))
})

test('HEAD, 204, 304 and empty bodies', async () => {
  const real = await server((request, response) => {
    const status = Number(request.url?.slice(1))
    if (status === 304) response.writeHead(304, { etag: '"x"', 'content-length': '10' })
    else response.writeHead(status, request.method === 'HEAD' ? { 'content-length': '5' } : {})
    response.end()
  })
  await sameInBothRuns(real, async (origin) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    const views = [
      await viewed(`${origin}/200`, { method: 'HEAD', agent }),
      await viewed(`${origin}/204`, { agent }),
      await viewed(`${origin}/304`, { agent }),
      await viewed(`${origin}/200`, { agent }),
      await viewed(`${origin}/200`, { method: 'DELETE', agent }),
    ]
    agent.destroy()
    return views
  })
})

test('early hints and other informational responses', async () => {
  const real = await server((_request, response) => {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' })
    response.writeProcessing()
    response.end('done')
  })
  await sameInBothRuns(real, (origin) => viewed(origin))
})

test('100-continue: the body is sent after it', async () => {
  const real = await server((request, response) => {
    request.setEncoding('utf8')
    let body = ''
    request.on('data', (piece) => (body += piece))
    request.on('end', () => response.end(`got ${body}`))
  })
  await sameInBothRuns(real, (origin) =>
    viewed(origin, {
      method: 'POST',
      headers: { expect: '100-continue' },
      drive: (request) => {
        request.flushHeaders()
        request.on('continue', () => request.end('late body'))
      },
    }),
  )
})

test('a refused expectation answers before the body', async () => {
  const httpServer = http.createServer()
  httpServer.on('checkContinue', (_request, response: http.ServerResponse) => {
    response.writeHead(417, { connection: 'close' })
    response.end('no')
  })
  await sameInBothRuns(await listening(httpServer), (origin) =>
    viewed(origin, {
      method: 'POST',
      headers: { expect: '100-continue', 'content-length': '1000' },
      drive: (request) => {
        request.flushHeaders()
        request.on('response', () => request.destroy())
      },
    }).then(({ status, events }) => ({ status, events: events.filter((event) => event !== 'aborted' && event !== 'end') })),
  )
})

test('keep-alive reuse and concurrent connections', async () => {
  let served = 0
  const real = await server((request, response) => void response.end(`${request.url} ${++served}`))
  await sameInBothRuns(real, async (origin) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 2 })
    const views = await Promise.all(Array.from({ length: 8 }, (_, at) => viewed(`${origin}/${at}`, { agent })))
    agent.destroy()
    return views
  })
})

test('server-sent events come one by one', async () => {
  const real = await server((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    let sent = 0
    const next = (): void => {
      response.write(`data: ${++sent}\n\n`, () => (sent < 4 ? setImmediate(next) : response.end()))
    }
    next()
  })
  await sameInBothRuns(real, async (origin) => await (await fetch(origin)).text())
})
