// A small service with one upstream. What it does wrong, it does on request: see BEHAVIOUR.
import { createServer } from 'node:http'

const upstream = process.env.UPSTREAM_URL
const behaviour = process.env.BEHAVIOUR ?? 'right'

if (behaviour === 'exit early') {
  console.error('no configuration found')
  process.exit(5)
}

const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://app').pathname
  if (behaviour === `crash at ${path}`) {
    console.error('about to crash')
    process.exit(9)
  }
  const send = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (path === '/greeting') {
    const answer = await fetch(`${upstream}/name${behaviour === 'other call' ? '?polite=1' : ''}`).catch(() => ({ ok: false }))
    if (!answer.ok) return send(502, { error: `upstream answered ${answer.status}` })
    const { name } = await answer.json()
    send(200, { hello: behaviour === 'other answer' ? name.toUpperCase() : name, at: Date.now(), id: crypto.randomUUID() })
  } else if (path === '/echo') {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    send(201, { echo: Buffer.concat(chunks).toString() })
  } else if (path.startsWith('/status')) {
    // What no log of draws can give back: of each process another.
    send(200, {
      ok: behaviour !== 'sick',
      process: { pid: process.pid, name: `app-${process.pid}` },
      load: [{ pid: process.pid }, { pid: process.pid + 1 }],
    })
  } else {
    send(404, { error: 'nothing here' })
  }
})

if (behaviour === 'never listen') setInterval(() => {}, 1_000_000)
else server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`))

process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeAllConnections()
})
process.on('SIGINT', () => {
  console.log('asked to end')
  if (behaviour === 'stay') return
  server.close(() => process.exit(behaviour === 'end badly' ? 130 : 0))
  server.closeAllConnections()
})
