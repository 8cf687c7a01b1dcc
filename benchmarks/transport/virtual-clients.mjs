/**
 * Requests per second of real clients against a live loopback server in another process, and against a virtual peer that
 * answers at once. Prints JSON lines. Usage: node --import tsx benchmarks/transport/virtual-clients.mjs [requests]
 */
import { fork } from 'node:child_process'
import http from 'node:http'
import { PatchRegistry } from '@retake/core'
import { installTransport } from '@retake/transport'

if (process.argv[2] === 'server') {
  const body = JSON.stringify({ ok: true, items: Array.from({ length: 20 }, (_, id) => ({ id, name: `item ${id}` })) })
  const server = http.createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(body)
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
} else {
  await measure(Number(process.argv[2] ?? 20_000))
}

async function measure(requests) {
  const child = fork(process.argv[1], ['server'], { execArgv: process.execArgv })
  const port = await new Promise((resolve) => child.once('message', resolve))
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 })
  const clients = {
    'node:http': () =>
      new Promise((resolve, reject) => {
        http
          .get({ host: '127.0.0.1', port, path: '/items', agent }, (response) => {
            response.setEncoding('utf8')
            let text = ''
            response.on('data', (chunk) => (text += chunk))
            response.on('end', () => resolve(text))
          })
          .on('error', reject)
      }),
    fetch: async () => (await fetch(`http://127.0.0.1:${port}/items`)).text(),
  }

  let answer
  const recording = new PatchRegistry()
  installTransport(recording, {
    route: () => 'tap',
    taps: new Proxy(
      {},
      { get: (_, name) => (name === 'received' ? (_connection, bytes) => (answer = Buffer.from(bytes)) : () => undefined) },
    ),
  })
  await clients['node:http']()
  recording.undoAll()
  agent.destroy()

  const rates = {}
  for (const [name, client] of Object.entries(clients)) rates[name] = { plain: await rate(client, requests) }
  agent.destroy()

  const virtual = new PatchRegistry()
  installTransport(virtual, {
    route: () => 'virtual',
    serve(_target, line) {
      line.connect({ remoteAddress: '127.0.0.1', remotePort: port, remoteFamily: 'IPv4' }, undefined)
      return { received: () => line.push(answer), receivedEnd: () => line.end(), upgraded() {}, secured() {}, closed() {} }
    },
  })
  // Sockets of fetch's own pool are live ones: another origin is another pool.
  clients.fetch = async () => (await fetch(`http://127.0.0.2:${port}/items`)).text()
  for (const [name, client] of Object.entries(clients)) rates[name].virtual = await rate(client, requests)
  for (const [name, { plain, virtual: replayed }] of Object.entries(rates)) {
    console.log(
      JSON.stringify({
        client: name,
        plain: Math.round(plain),
        virtual: Math.round(replayed),
        ratio: Number((replayed / plain).toFixed(2)),
      }),
    )
  }
  child.kill()
  process.exit(0)
}

/** Requests per second, eight at a time, after a warm-up; the better of two halves, against noise from other processes. */
async function rate(client, requests) {
  let best = 0
  await run(client, Math.round(requests / 4))
  for (let half = 0; half < 2; half++) {
    const start = process.hrtime.bigint()
    await run(client, Math.round(requests / 2))
    best = Math.max(best, requests / 2 / (Number(process.hrtime.bigint() - start) / 1e9))
  }
  return best
}

async function run(client, requests) {
  let left = requests
  const worker = async () => {
    while (left-- > 0) await client()
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}
