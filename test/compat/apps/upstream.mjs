// The upstream that the service calls. Every answer is different from the last one, so that only a replay can repeat it.
import http from 'node:http'
import zlib from 'node:zlib'

let served = 0

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://upstream')
  const body = JSON.stringify({ served: ++served, path: url.pathname, query: Object.fromEntries(url.searchParams), at: Date.now() })
  switch (url.pathname) {
    case '/gzip':
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' })
      response.end(zlib.gzipSync(body))
      return
    case '/binary':
      response.writeHead(200, ['Content-Type', 'application/octet-stream', 'X-Twice', 'one', 'X-Twice', 'two'])
      response.end(Buffer.from(Array.from({ length: 256 * 40 }, (_, index) => (index + served) & 255)))
      return
    case '/events': {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      let sent = 0
      const next = () => {
        response.write(`data: ${JSON.stringify({ event: sent, served })}\n\n`)
        if (++sent === 4) response.end()
        else setTimeout(next, 5)
      }
      next()
      return
    }
    case '/trailers':
      response.writeHead(200, { Trailer: 'X-Sum' })
      response.write(body)
      response.addTrailers({ 'X-Sum': String(served) })
      response.end()
      return
    case '/nothing':
      response.writeHead(204)
      response.end()
      return
    case '/reset':
      response.writeHead(200, { 'Content-Length': '1000' })
      response.write('half')
      setTimeout(() => response.socket.destroy(), 20)
      return
    case '/slow':
      setTimeout(() => response.end(body), Number(url.searchParams.get('ms')))
      return
    case '/unavailable':
      response.writeHead(served % 2 === 0 ? 200 : 503, 'Perhaps Later', { 'Retry-After': '1' })
      response.end(body)
      return
    case '/echo': {
      const chunks = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => response.end(JSON.stringify({ served, got: Buffer.concat(chunks).toString() })))
      return
    }
    default:
      response.setHeader('Content-Type', 'application/json')
      response.end(body)
  }
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
