// A service that speaks HTTP/2 on two ports: in the clear, and with TLS, where it speaks HTTP/1.1 as well. What it does
// otherwise than recorded, it does on request: see BEHAVIOUR.
import http2, { createSecureServer, createServer } from 'node:http2'

const upstream = process.env.UPSTREAM_URL
const isOther = process.env.BEHAVIOUR === 'other'

async function answer(stream, headers) {
  stream.on('error', (error) => console.log(`stream error ${error.code}`))
  const path = headers[':path']
  if (path === '/greeting') {
    const { name } = await (await fetch(`${upstream}/name`)).json()
    stream.respond({ 'content-type': 'application/json', 'set-cookie': [`visit=${Math.random()}`, 'theme=dark'] })
    stream.end(JSON.stringify({ hello: isOther ? name.toUpperCase() : name, id: crypto.randomUUID(), at: Date.now() }))
  } else if (path === '/upload') {
    let length = 0
    for await (const chunk of stream) length += chunk.length
    stream.respond({}, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-length': String(isOther ? 0 : length) }))
    stream.end('taken')
  } else if (path === '/page') {
    stream.additionalHeaders({ ':status': 103, link: '</page.css>; rel=preload' })
    if (stream.pushAllowed && !isOther) {
      stream.pushStream({ ':path': '/page.css' }, (_error, pushed) => {
        pushed.on('error', () => undefined)
        pushed.respond({})
        pushed.end('css')
      })
    }
    stream.respond({})
    stream.end('<link rel="stylesheet" href="/page.css">')
  } else if (path === '/file') {
    stream.respondWithFile(process.argv[1], { 'content-type': 'text/javascript' })
  } else if (path === '/refused') {
    stream.close(isOther ? http2.constants.NGHTTP2_INTERNAL_ERROR : http2.constants.NGHTTP2_REFUSED_STREAM)
  } else if (path === '/endless') {
    stream.respond({ 'content-type': 'text/event-stream' })
    stream.write(`data: ${Math.random()}\n\n`)
  } else if (path === '/chat') {
    stream.respond({})
    stream.once('data', (chunk) => stream.end(`${chunk.toString()} ${Math.random()}`))
  } else if (path === '/key') {
    const marked = headers[http2.sensitiveHeaders].includes('x-tenant')
    stream.respond({ 'x-tenant': headers['x-tenant'], 'x-marked': String(marked), [http2.sensitiveHeaders]: ['x-tenant'] })
    stream.end()
  } else {
    stream.respond({ ':status': 404 })
    stream.end()
  }
}

const plain = createServer({ settings: { enableConnectProtocol: true } })
plain.on('stream', (stream, headers) => void answer(stream, headers))
const certificate = process.env.CERTIFICATE
const secure =
  certificate &&
  createSecureServer({ ...JSON.parse(certificate), allowHTTP1: true }, async (request, response) => {
    response.end(`${request.httpVersion} ${request.url} ${Math.random()}`)
  })
const sessions = new Set()
for (const server of [plain, secure || []].flat()) server.on('session', (session) => sessions.add(session))

plain.listen(0, '127.0.0.1', () => {
  console.log(`listening on ${plain.address().port}`)
  if (secure) secure.listen(0, '127.0.0.1', () => console.log(`secure on ${secure.address().port}`))
})
for (const signal of ['SIGTERM', 'SIGINT'])
  process.on(signal, () => {
    for (const session of sessions) session.destroy()
    process.exit(0)
  })
