// An HTTP server of which each request is a take, named by its path. Serves on any port and tells it on stdout.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'

const session = globalThis[Symbol.for('test.session')]
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const routes = {
  async '/json'(_request, response) {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ id: randomUUID(), at: new Date() }))
  },
  async '/head'(_request, response) {
    await sleep(5)
    response.writeHead(201, { 'x-id': randomUUID() })
    response.end('created')
  },
  async '/raw-head'(_request, response) {
    response.writeHead(200, ['X-Id', randomUUID()])
    response.end()
  },
  async '/own-date'(_request, response) {
    response.setHeader('Date', 'Thu, 01 Jan 1970 00:00:00 GMT')
    response.end(String(Date.now()))
  },
  async '/no-date'(_request, response) {
    response.sendDate = false
    response.end('x')
  },
  async '/stream'(_request, response) {
    for (let index = 0; index < 4; index++) {
      response.write(`${index} ${Math.random()} ${Date.now()}\n`)
      await sleep(3)
    }
    response.end()
  },
  async '/cookie'(_request, response) {
    response.setHeader('set-cookie', `session=${randomUUID()}; Expires=${new Date(Date.now() + 3_600_000).toUTCString()}`)
    response.end()
  },
}

const server = createServer((request, response) => routes[request.url](request, response))
const nativeEmit = server.emit
server.emit = function (name, ...args) {
  if (name !== 'request' || session === undefined) return Reflect.apply(nativeEmit, this, [name, ...args])
  const [request, response] = args
  const take = session.begin(request.url)
  response.once('finish', () => take.end())
  return globalThis[Symbol.for('retake.shared.v1')].get('scopes').run(take.scope, () => Reflect.apply(nativeEmit, this, [name, ...args]))
}
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.stdin.resume().once('end', () => server.close(() => process.exit()))
