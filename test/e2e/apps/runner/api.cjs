// A suite that starts the service under test in its own process, as supertest does: on a port of its own, asked over the loopback.
const assert = require('node:assert/strict')
const fs = require('node:fs')
const http = require('node:http')
const { setTimeout: sleep } = require('node:timers/promises')

const answers = { startedAt: Date.now() }
let server
let origin

exports.start = async () => {
  server = http.createServer(async (request, response) => {
    if (request.url === '/never') return
    await sleep(20)
    const { at } = await (await fetch(`${process.env.UPSTREAM}${request.url}`)).json()
    response.end(JSON.stringify({ id: crypto.randomUUID(), now: Date.now(), at }))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${server.address().port}`
}

exports.asks = async () => {
  answers.first = await (await fetch(`${origin}/first`)).json()
  answers.both = await Promise.all(['/left', '/right'].map(async (path) => (await fetch(`${origin}${path}`)).json()))
  // A clock that leaps would be seen by the runner's own time limits, too.
  assert.ok(answers.first.now - answers.startedAt < 60_000)
}

exports.limits = async () => {
  const error = await fetch(`${origin}/never`, { signal: AbortSignal.timeout(5) }).catch((thrown) => thrown)
  answers.limit = error.name
  answers.drawn = Math.random()
}

exports.end = async () => {
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  })
  fs.writeFileSync(process.env.RESULT, JSON.stringify({ answers }))
}
