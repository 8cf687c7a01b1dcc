// The acceptance list of determinism as routes of one service. It runs as it is (ESM) and as its CommonJS twin.
import http from 'node:http'

const modules = {
  clocks: () => import('./clocks.mjs'),
  randomness: () => import('./randomness.mjs'),
  ids: () => import('./ids.mjs'),
  tokens: () => import('./tokens.mjs'),
  sessions: () => import('./sessions.mjs'),
  crypto: () => import('./crypto.mjs'),
  upstream: () => import('./upstream.mjs'),
  timers: () => import('./timers.mjs'),
  outside: () => import('./outside.mjs'),
  libraries: () => import('./libraries.mjs'),
  files: () => import('./files.mjs'),
  http2: () => import('./http2.mjs'),
}

// Loading everything takes half a second: a process for one route loads what that needs.
const wanted = process.env.ONLY === undefined ? Object.keys(modules) : [process.env.ONLY]

async function start() {
  const routes = {}
  for (const name of wanted) Object.assign(routes, (await modules[name]()).routes)
  const { createServer } = process.env.HTTP2 === undefined ? http : await import('node:http2')
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://service')
    try {
      const body = await routes[pathname](request, response, searchParams)
      // A route that answers by the request's stream returns nothing.
      if (body === undefined || response.writableEnded) return
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(body))
    } catch (error) {
      response.writeHead(500).end(String(error.stack ?? error))
    }
  })
  server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
}

void start()
