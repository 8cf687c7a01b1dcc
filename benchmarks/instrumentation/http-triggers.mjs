/**
 * What the trigger wrappers cost by themselves: an http server on loopback, plain and wrapped with a sink that does
 * nothing, interleaved; µs of the process's CPU per request (client and server together: the client is
 * the same in both, so the difference is ours).
 *
 *   node benchmarks/instrumentation/http-triggers.mjs
 */
import { execFileSync } from 'node:child_process'
import { buildSync } from 'esbuild'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import http from 'node:http'
import net from 'node:net'

const here = dirname(fileURLToPath(import.meta.url))
const out = join(here, '..', 'dist', 'http-triggers.bundle.mjs')
mkdirSync(dirname(out), { recursive: true })
const { outputFiles } = buildSync({
  stdin: { contents: "export * from '@retake/instrumentation'; export * from '@retake/core'", resolveDir: here },
  bundle: true,
  platform: 'node',
  format: 'esm',
  external: ['@opentelemetry/*', 'import-in-the-middle', 'import-in-the-middle/*'],
  write: false,
})
writeFileSync(out, outputFiles[0].contents)
const { installHttpTriggers, PatchRegistry, scopes } = await import(pathToFileURL(out).href)

const asMuted = { take: 1, muted: true }
asMuted.asMuted = asMuted
const scope = { take: 1, muted: false, asMuted }
const sink = {
  begin: () => scope,
  requestBody() {},
  requestEnd() {},
  responseBytes() {},
  responseFields() {},
  responseEnd() {},
  trace() {},
}
const patches = new PatchRegistry()
const variants = {
  plain: () => patches.undoAll(),
  wrapped: () => installHttpTriggers(patches, sink),
  // What one AsyncLocalStorage.run around the handlers costs on its own, in the simplest way to write it.
  'als.run only': () => {
    const native = http.Server.prototype.emit
    patches.replace(http.Server.prototype, 'emit', function emit(event) {
      return event === 'request' ? scopes.run(scope, () => native.apply(this, arguments)) : native.apply(this, arguments)
    })
  },
}

const body = Buffer.alloc(200, 97)
const server = http.createServer(async (request, response) => {
  await Promise.resolve()
  response.setHeader('content-type', 'text/plain')
  response.end(body)
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const request = Buffer.from(
  'GET /path?query=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n',
)

function connection(count) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(server.address().port, '127.0.0.1')
    let left = count
    let bytes = 0
    let size = 0
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      if (size === 0) size = chunk.indexOf('\r\n\r\n') + 4 + body.length
      bytes += chunk.length
      if (bytes < size) return
      bytes = 0
      if (--left === 0) socket.end(resolve)
      else socket.write(request)
    })
    socket.write(request)
  })
}

async function round(count) {
  const before = process.cpuUsage()
  await Promise.all(Array.from({ length: 10 }, () => connection(count / 10)))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
const rounds = Number(process.env.ROUNDS ?? 8)

if (process.argv[2] !== undefined) {
  variants[process.argv[2]]()
  await round(8000)
  const figures = []
  for (let index = 0; index < 3; index++) figures.push(await round(6000))
  console.log(median(figures))
} else {
  // A process for each: undoing a patch leaves prototypes in V8's slow mode, which the next variant would pay for.
  const results = Object.fromEntries(Object.keys(variants).map((name) => [name, []]))
  for (let index = 0; index < rounds; index++) {
    for (const name of Object.keys(variants))
      results[name].push(Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url), name])))
  }
  const plain = median(results.plain)
  console.log(`node ${process.version}, median of ${rounds} processes of 3 x 6000 requests`)
  for (const [name, list] of Object.entries(results))
    console.log(`${name.padEnd(14)} ${median(list).toFixed(2)} µs/request  ${(median(list) / plain).toFixed(3)} ×`)
}
server.close()
