// Starts a session, uses it, ends it, twice over; prints what is different afterwards.
import { once } from 'node:events'
import http from 'node:http'
import { createRequire } from 'node:module'
import { bindings, difference, presence, snapshot, warmUp } from './surface.mjs'

const upstream = process.env.UPSTREAM
const { RetakeInstrumentation } = createRequire(import.meta.url)(process.env.INSTRUMENTATION)
createRequire(process.env.INSTRUMENTATION)('@opentelemetry/api')

// Each call has a connection of its own: those that were opened before a session go on as they were.
async function use() {
  const server = http.createServer(async (_request, response) =>
    response.end(await (await fetch(`${upstream}/x`, { headers: { connection: 'close' } })).text()),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const answer = await new Promise((resolve, reject) => {
    http
      .get({ port: server.address().port, path: '/take', agent: false }, (response) => {
        let text = ''
        response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text))
      })
      .on('error', reject)
  })
  server.close()
  await once(server, 'close')
  return answer
}

await warmUp()
await use()
const before = { properties: snapshot(), bindings: await bindings(), listeners: presence().listeners }
const instrumentation = new RetakeInstrumentation({ enabled: false })
const rounds = []
for (let round = 0; round < 2; round++) {
  instrumentation.enable()
  const during = difference(before.properties, snapshot()).length
  const answer = await use()
  instrumentation.disable()
  const changed = [...difference(before.properties, snapshot()), ...difference(before.bindings, await bindings())]
  rounds.push({ during, answer, changed, listeners: presence().listeners })
}
// The upstream is asked as ever: nothing listens, nothing answers in its place.
const afterwards = await use().catch((error) => String(error.cause ?? error))
console.log(JSON.stringify({ rounds, before: before.listeners, afterwards }))
