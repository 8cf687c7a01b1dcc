// A service that does what the module at HANDLER says: the code that changes between a recording and its replay.
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'

const { handle } = await import(pathToFileURL(process.env.HANDLER).href)
const upstream = process.env.UPSTREAM_URL

/** Asks the upstream, and gives what it says, or why it says nothing. */
const ask = async (path, options = {}) => {
  try {
    const answer = await fetch(`${upstream}${path}`, options)
    return await answer.json()
  } catch (error) {
    return { failed: error.name }
  }
}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const server = createServer(async (request, response) => {
  const body = await handle({ request, ask, sleep, upstream }).catch((error) => ({ error: error.stack }))
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
})
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`))
process.on('SIGINT', () => {
  server.close(() => process.exit(0))
  server.closeAllConnections()
})
process.on('SIGTERM', () => process.exit(0))
