import type { Call } from '@retake/core'
import { expect, test } from 'vitest'
import { Http1Server } from '../../src/http1/server.ts'

// Clients write heads as text. What a server knows as it is need not become bytes; what it hears is the same.

const facts = { connection: 1, target: { host: 'h', port: 1, path: undefined, secure: false } }
const get = 'GET /one HTTP/1.1\r\nHost: h\r\n\r\n'
const post = 'POST /one HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n'
const chunked = 'POST /two HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n'
const upgrade = 'GET /one HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n'

let hosts = 0

/** @returns the calls that the server asks for, and which of the writes it took as text. */
function hear(writes: readonly string[], offered: 'as text' | 'as bytes'): { calls: Call[]; taken: boolean[] } {
  const calls: Call[] = []
  const taken: boolean[] = []
  const server = new Http1Server({
    facts,
    connectionFact: () => undefined,
    ask: (call) => {
      calls.push(call)
      return { ready: () => undefined, abandon: () => undefined }
    },
    send: () => undefined,
    end: () => undefined,
    fail: () => undefined,
    later: () => undefined,
  })
  for (const write of writes) {
    const isTaken = offered === 'as text' && server.receivedText(write)
    taken.push(isTaken)
    if (!isTaken) server.received(Buffer.from(write, 'latin1'))
  }
  return { calls, taken }
}

test.each<[what: string, writes: string[], taken: boolean[]]>([
  ['the same request again', [get, get, get], [false, true, true]],
  ['one after requests in pieces', [get, get.slice(0, 9), get.slice(9), get], [false, false, false, true]],
  ['a head that is the body of another', [get, post.replace('3', `${get.length}`), get, get], [false, false, false, true]],
  ['a head inside of a head', [get, 'GET /', get, get], [false, false, false, true]],
  ['requests in one write', [get, get + get, get], [false, false, true]],
  ['requests with bodies', [post, 'abc', post, 'abc', get], [false, false, false, false, false]],
  ['chunked requests', [chunked, '0\r\n\r\n', chunked, '0\r\n\r\n'], [false, false, false, false]],
  ['what follows a switch of protocols', [get, upgrade, get], [false, false, false]],
])('%s', (_what, writes, taken) => {
  // Heads are remembered for all servers of a process: each case has a host of its own, as long as the others.
  const host = String(hosts++)
  const own = writes.map((write) => write.replaceAll('Host: h', `Host: ${host}`))
  const asText = hear(own, 'as text')
  expect(asText.taken).toEqual(taken)
  expect(hear(own, 'as bytes').calls).toEqual(asText.calls)
})
