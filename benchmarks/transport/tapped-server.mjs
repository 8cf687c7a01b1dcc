/**
 * CPU of a server's process per request, untouched and tapped: once answering by itself (inbound sockets only), once with
 * an outgoing call per request. Prints JSON lines. Usage: node --import tsx benchmarks/transport/tapped-server.mjs [requests]
 */
import { fork } from 'node:child_process'
import http from 'node:http'
import { PatchRegistry } from '@retake/core'
import { installTransport } from '@retake/transport'

const [, script, role, option] = process.argv

if (role === 'app') startApp(option === 'tapped')
else if (role === 'upstream') listen(http.createServer((_request, response) => response.end('x'.repeat(2048))))
else await measure(Number(role ?? 30_000))

function listen(server) {
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
}

function startApp(tapped) {
  if (tapped) {
    const slab = Buffer.alloc(1 << 20)
    let at = 0
    const room = (length) => {
      if (at + length > slab.length) at = 0
      at += length
      return at - length
    }
    const copy = (_connection, data, encoding) => {
      if (typeof data === 'string') at += slab.write(data, room(0), encoding)
      else slab.set(data.length > slab.length ? data.subarray(0, slab.length) : data, room(Math.min(data.length, slab.length)))
      if (at > slab.length / 2) at = 0
    }
    const nothing = () => undefined
    installTransport(new PatchRegistry(), {
      route: () => 'tap',
      taps: {
        opened: nothing,
        connected: nothing,
        upgraded: nothing,
        secured: nothing,
        sent: copy,
        received: copy,
        sentEnd: nothing,
        receivedEnd: nothing,
        closed: nothing,
      },
    })
  }
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 })
  process.on('message', (message) => process.send(message === 'cpu' ? process.cpuUsage() : undefined))
  listen(
    http.createServer((request, response) => {
      if (request.url === '/alone') return response.end('x'.repeat(2048))
      return http.get({ host: '127.0.0.1', port: Number(request.url.slice(1)), agent }, (upstream) => upstream.pipe(response))
    }),
  )
}

function next(child) {
  return new Promise((resolve) => child.once('message', resolve))
}

async function measure(requests) {
  const upstream = fork(script, ['upstream'], { execArgv: process.execArgv })
  const upstreamPort = await next(upstream)
  const apps = []
  for (const kind of ['plain', 'tapped']) {
    const child = fork(script, ['app', kind], { execArgv: process.execArgv })
    apps.push({ kind, child, port: await next(child) })
  }
  for (const [route, path] of Object.entries({ 'inbound only': '/alone', 'one outgoing call': `/${upstreamPort}` })) {
    const cost = { plain: Infinity, tapped: Infinity }
    for (const app of apps) await load(app.port, path, requests / 4)
    // Interleaved, and the best of each, against noise from other processes.
    for (let round = 0; round < 6; round++) {
      for (const { kind, child, port } of apps) {
        cost[kind] = Math.min(cost[kind], (await cpuOf(child, () => load(port, path, requests / 4))) / (requests / 4))
      }
    }
    console.log(JSON.stringify({ route, plain: cost.plain, tapped: cost.tapped, ratio: Number((cost.tapped / cost.plain).toFixed(3)) }))
  }
  for (const { child } of [...apps, { child: upstream }]) child.kill()
}

/** Microseconds. */
async function cpuOf(child, run) {
  const ask = async () => {
    child.send('cpu')
    const { user, system } = await next(child)
    return user + system
  }
  const before = await ask()
  await run()
  return (await ask()) - before
}

async function load(port, path, requests) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 })
  let left = requests
  const worker = async () => {
    while (left-- > 0) {
      await new Promise((resolve, reject) => {
        http.get({ host: '127.0.0.1', port, path, agent }, (response) => response.resume().on('end', resolve)).on('error', reject)
      })
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  agent.destroy()
}
