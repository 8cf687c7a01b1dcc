import { scheduler, setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import vm from 'node:vm'
import { LRUCache } from 'lru-cache'

const upstreamUrl = `http://127.0.0.1:${process.env.UPSTREAM_PORT}`
const settled = (run) =>
  run.then(
    (value) => ({ value }),
    ({ name, message }) => ({ name, message }),
  )

export const routes = {
  // 34
  '/timers/immediate': async () => {
    const order = []
    const rounds = [1, 2, 3, 4, 5, 6, 7, 8]
    await Promise.all(
      rounds.flatMap((round) => [
        new Promise((resolve) => setTimeout(() => resolve(order.push(`timeout ${round}`)), 0)),
        new Promise((resolve) => setImmediate(() => resolve(order.push(`immediate ${round}`)))),
      ]),
    )
    return order
  },
  // 35
  '/timers/jitter': async () => {
    const order = []
    await Promise.all([1, 2, 3, 4].map((n) => sleep(Math.random() * 12).then(() => order.push([n, Date.now()]))))
    return order
  },
  // 37
  '/lru': async () => {
    const cache = new LRUCache({ max: 10, ttl: 20 })
    const seen = []
    const get = (key) => {
      if (!cache.has(key)) cache.set(key, Math.random())
      seen.push([key, cache.get(key), Math.round(cache.getRemainingTTL(key))])
    }
    get('a')
    await sleep(8)
    get('a')
    get('b')
    await sleep(15)
    get('a')
    get('b')
    await sleep(30)
    get('b')
    return seen
  },
  // 38
  '/timers/interval': async () => {
    const seen = []
    await new Promise((resolve) => {
      const interval = setInterval(() => {
        seen.push(['tick', Date.now()])
        if (seen.length < 5) return
        clearInterval(interval)
        resolve()
      }, 3)
    })
    await new Promise((resolve) => {
      const refreshed = setTimeout(() => resolve(seen.push(['refreshed', Date.now(), refreshed.hasRef()])), 12)
      setTimeout(() => refreshed.refresh(), 6)
      const cleared = setTimeout(() => seen.push('never'), 6)
      setTimeout(() => clearTimeout(cleared), 2)
      const byNumber = setTimeout(() => seen.push('never either'), 4)
      clearTimeout(Number(byNumber))
    })
    return seen
  },
  // 39
  '/timers/abort': async () => [
    // First and to its end, so that a connection is free: what is aborted below was certainly sent.
    await settled(fetch(`${upstreamUrl}/price`, { signal: AbortSignal.timeout(4000) }).then((response) => response.json())),
    await settled(fetch(`${upstreamUrl}/slow?ms=3000`, { signal: AbortSignal.timeout(150) }).then(({ status }) => status)),
    await settled(scheduler.wait(6)),
    await settled(promisify(setTimeout)(3, 'promisified')),
    await settled(sleep(500, 'late', { signal: AbortSignal.timeout(5) })),
    Date.now(),
  ],
  // 41
  '/vm': () => {
    const context = vm.createContext({ kept: 1 })
    const code =
      '[Date.now(), String(new Date()), new Intl.DateTimeFormat("en", { timeStyle: "full" }).format(), new Date() instanceof Date]'
    return [
      vm.runInNewContext('[Date.now(), Math.random()]'),
      vm.runInNewContext('Math.random() + add', { add: 1 }, { contextName: 'named' }),
      new vm.Script('Math.random()').runInNewContext(),
      vm.runInContext(code, context),
      vm.runInContext('Math.random()', vm.createContext(context)),
      Object.keys(context),
    ]
  },
  // What cuid2 makes its fingerprint of.
  '/globals': () => Object.keys(globalThis),
  // 42
  '/changed': async () => {
    const extra = process.env.EXTRA ?? ''
    const begin = [Date.now(), crypto.randomUUID(), Math.random()]
    if (extra === 'other') {
      performance.now()
      process.hrtime()
      crypto.getRandomValues(new Uint8Array(3))
      new Intl.DateTimeFormat('en').format()
    }
    await sleep(3)
    const end = [Date.now(), crypto.randomUUID(), Math.random()]
    const more = extra === 'same' ? [crypto.randomUUID(), Math.random(), crypto.randomUUID()] : []
    return [begin, end, ...more]
  },
}
