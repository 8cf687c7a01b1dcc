import http from 'node:http'

export const calls = Number(process.env.CALLS ?? 5000)
const agent = new http.Agent({ keepAlive: true, maxSockets: 10 })

const clients = {
  http: (url) =>
    new Promise((resolve, reject) => {
      http
        .get(url, { agent }, (response) => {
          let size = 0
          response.on('data', (chunk) => (size += chunk.length))
          response.on('end', () => resolve(size))
        })
        .on('error', reject)
    }),
  fetch: async (url) => (await (await fetch(url)).text()).length,
}

/** Makes calls, ten at a time, and checks that each answer is whole. @returns ms */
export async function makeCalls(client, origin, { from = 0, to = calls } = {}) {
  const call = clients[client]
  let next = from
  const began = performance.now()
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      while (next < to) {
        const number = next++
        const size = await call(`${origin}/item/${number % 200}`)
        if (size !== 2048) throw new Error(`call ${number} answered ${size} bytes`)
      }
    }),
  )
  return performance.now() - began
}

/** Bytes on the heap after everything that can go has gone. */
export function heap() {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/**
 * Makes the calls and tells the parent how long they took, and what each leaves on the heap: taken over the second half,
 * when code is compiled and connections stand.
 */
export async function report(client, origin, opened = 0) {
  const half = calls / 2
  const first = await makeCalls(client, origin, { to: half })
  const before = heap()
  const second = await makeCalls(client, origin, { from: half })
  const left = heap() - before
  await new Promise((resolve) => process.send({ ms: first + second, opened, heapPerCall: left / half }, resolve))
}
