/**
 * What the virtual HTTP/1 server costs per request, without sockets: reading the request, making the call, sending the
 * recorded bytes. Run it with `node --import tsx benchmarks/protocols/http1-server.mjs`.
 *
 * Compare with the cost of a plain request over loopback, about 60 to 100 µs: the budget leaves 40 µs for all of replay.
 */
import { Bench } from 'tinybench'
import { http1 } from '../../packages/protocols/src/http1/index.ts'

const target = { host: '127.0.0.1', port: 8080, path: undefined, secure: false }
const facts = { connection: 1, target }

const requests = {
  'GET as node:http sends it': 'GET /prices?sku=42&currency=EUR HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: keep-alive\r\n\r\n',
  'GET as fetch sends it':
    'GET /prices?sku=42 HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nconnection: keep-alive\r\naccept: */*\r\naccept-language: *\r\nsec-fetch-mode: cors\r\nuser-agent: node\r\naccept-encoding: gzip, deflate\r\n\r\n',
  'POST of JSON': (() => {
    const body = JSON.stringify({
      id: 7,
      lines: Array.from({ length: 10 }, (_, at) => ({ sku: `sku-${at}`, price: 10.5 * at, note: 'as agreed' })),
    })
    return `POST /orders HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Type: application/json\r\nAuthorization: Bearer abc\r\nContent-Length: ${body.length}\r\nConnection: keep-alive\r\n\r\n${body}`
  })(),
}
const answer = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sun, 22 Nov 2026 13:00:00 GMT\r\nContent-Length: 11\r\n\r\n{"price":1}',
)
const outcome = { kind: 'stream', chunks: [{ bytes: answer, at: 1 }], ending: { kind: 'complete' }, endedAt: 1 }

const bench = new Bench({ time: 500, warmupTime: 300 })
for (const [name, text] of Object.entries(requests)) {
  const bytes = Buffer.from(text)
  let sent = 0
  const server = http1.server({
    facts,
    connectionFact: () => undefined,
    ask: (call, reply) => ({
      ready() {
        reply.found({ id: 0, call, outcome, startedAt: 0 })
        reply.chunk(outcome.chunks[0])
        reply.ending(outcome.ending)
      },
      abandon() {},
    }),
    send: (given) => (sent += given.length),
    end() {},
    fail(error) {
      throw error
    },
    later() {},
  })
  server.opened()
  bench.add(`server: ${name}`, () => server.received(bytes))

  const interaction = { call() {}, chunk() {}, meta() {}, end() {} }
  const conversation = http1.conversation({ begin: () => interaction, connectionFact() {} }, facts)
  const stamp = { take: 1, at: 0 }
  bench.add(`conversation: ${name}`, () => {
    conversation.sent(bytes, stamp)
    conversation.received(answer, stamp)
  })
}
await bench.run()
for (const { name, result } of bench.tasks) console.log(`${(result.latency.p50 * 1000).toFixed(2).padStart(8)} µs  ${name}`)
