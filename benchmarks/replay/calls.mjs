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

/** Makes calls, ten at a time, and checks that each answer is whole. */
export async function makeCalls(client, origin, { from = 0, to = calls } = {}) {
  const call = clients[client]
  let next = from
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      while (next < to) {
        const number = next++
        const size = await call(`${origin}/item/${number % 200}`)
        if (size !== 2048) throw new Error(`call ${number} answered ${size} bytes`)
      }
    }),
  )
}

/** Lets the parent take the time: in a process that replays, the clock shows what it showed when it was recorded. */
async function timed(run) {
  process.send({ clock: 'start' })
  await run()
  process.send({ clock: 'stop' })
}

/** Bytes on the heap after everything that can go has gone. */
export function heap() {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

/**
 * Makes the calls while the parent measures how long they take, and tells it what each leaves on the heap: taken over the
 * second half, when code is compiled and connections stand.
 */
export async function report(client, origin, opened = 0) {
  const half = calls / 2
  await timed(() => makeCalls(client, origin, { to: half }))
  const before = heap()
  await timed(() => makeCalls(client, origin, { from: half }))
  const left = heap() - before
  await new Promise((resolve) => process.send({ opened, heapPerCall: left / half }, resolve))
}
