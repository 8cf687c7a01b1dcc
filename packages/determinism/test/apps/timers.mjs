import { scheduler, setImmediate as immediately, setInterval as every, setTimeout as wait } from 'node:timers/promises'
import * as timersModule from 'node:timers'
import { promisify } from 'node:util'

const sleep = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value))

export const takes = {
  async 'a timeout of zero against an immediate'() {
    const order = []
    const round = () =>
      new Promise((resolve) => {
        let left = 2
        const done = (name) => (order.push(name), --left === 0 && resolve())
        setTimeout(done, 0, 'timeout')
        setImmediate(done, 'immediate')
      })
    for (let index = 0; index < 20; index++) await round()
    return order
  },
  async 'four timers with jitter'() {
    const order = []
    await Promise.all([1, 2, 3, 4].map(async (name) => (await sleep(Math.random() * 20), order.push(name))))
    return [order, Date.now()]
  },
  async 'retry with back-off'() {
    const tries = []
    for (let attempt = 0; attempt < 4; attempt++) {
      const delay = 2 ** attempt + Math.random() * 5
      tries.push([delay, Date.now()])
      await sleep(delay)
    }
    return tries
  },
  async 'interval, refresh, clear'() {
    const ticks = []
    await new Promise((resolve) => {
      const interval = setInterval(
        (name) => {
          ticks.push([name, Date.now()])
          if (ticks.length === 5) resolve(clearInterval(interval))
        },
        3,
        'tick',
      )
    })
    let refreshed = 0
    await new Promise((resolve) => {
      const timer = setTimeout(() => (refreshed++ < 3 ? timer.refresh() : resolve()), 4)
    })
    const cleared = setTimeout(() => ticks.push('never'), 2)
    setTimeout(() => clearTimeout(cleared), 1)
    await sleep(8)
    return [ticks, refreshed, Date.now()]
  },
  async 'a race of a timer and a call'({ call }) {
    const outcomes = []
    for (const [delay, limit] of [
      [1, 30],
      [30, 1],
      [4, 4],
      [5, 4],
    ]) {
      const late = sleep(limit, 'late')
      outcomes.push(await Promise.race([call(() => new Promise((resolve) => setTimeout(resolve, delay, 'answer'))), late]))
    }
    await sleep(40)
    return [outcomes, Date.now()]
  },
  async 'an abort signal'() {
    const inTime = AbortSignal.timeout(500)
    // The timer of a signal does not hold the process.
    const holding = setTimeout(() => {}, 1000)
    const soon = AbortSignal.timeout(5)
    const fired = await new Promise((resolve) =>
      soon.addEventListener('abort', () => resolve([Date.now(), soon.reason.name, soon.reason.message])),
    )
    const waited = await scheduler
      .wait(1000, { signal: AbortSignal.timeout(5) })
      .catch((error) => [error.name, error.code, error.message, error.cause.name])
    clearTimeout(holding)
    return [fired, inTime.aborted, waited, soon instanceof AbortSignal]
  },
  async 'promised timers'() {
    const order = []
    await Promise.all([
      wait(6, 'a').then((value) => order.push(value)),
      immediately('b').then((value) => order.push(value)),
      scheduler.wait(3).then(() => order.push('c')),
      scheduler.yield().then(() => order.push('d')),
      promisify(setTimeout)(4, 'e').then((value) => order.push(value)),
      promisify(setImmediate)('f').then((value) => order.push(value)),
      wait(2, 'g', { ref: true }).then((value) => order.push(value)),
      wait('x').catch((error) => order.push(error.code)),
      wait(1, 'h', { signal: AbortSignal.abort() }).catch((error) => order.push(error.name)),
    ])
    for await (const value of every(2, 'tick')) {
      order.push(value, Date.now())
      if (order.length > 15) break
    }
    return order
  },
  async 'a timer is a timer'() {
    const fired = await new Promise((resolve) => {
      const timer = setTimeout(
        function (first, second) {
          resolve([this === timer, first, second, timer.hasRef(), timer.constructor.name])
        },
        1,
        'a',
        'b',
      )
      timer.unref()
      timer.ref()
    })
    const native = setTimeout(() => {}, 1)
    const names = [
      native.constructor.name,
      typeof native.refresh,
      typeof native.close,
      typeof native[Symbol.toPrimitive](),
      native.hasRef(),
    ]
    clearTimeout(+native)
    const immediate = setImmediate(() => {})
    const more = [immediate.constructor.name, immediate.hasRef(), immediate.unref().hasRef()]
    clearImmediate(immediate)
    let byNumber = 'not fired'
    const number = +setTimeout(() => (byNumber = 'fired'), 1)
    clearTimeout(String(number))
    if (typeof Symbol.dispose === 'symbol') setTimeout(() => (byNumber = 'fired'), 1)[Symbol.dispose]()
    await sleep(5)
    return [fired, names, more, byNumber, timersModule.setTimeout === setTimeout, setTimeout.name, setImmediate.name]
  },
  async 'nested timers and microtasks'() {
    const order = []
    await new Promise((resolve) => {
      setTimeout(() => {
        order.push('outer')
        queueMicrotask(() => order.push('microtask'))
        process.nextTick(() => order.push('tick'))
        setTimeout(() => {
          order.push('inner')
          setImmediate(() => (order.push('immediate'), resolve()))
          setTimeout(() => order.push('never seen'), 10_000).unref()
        }, 1)
      }, 1)
      setTimeout(() => order.push('sibling'), 1)
    })
    return [order, Date.now()]
  },
}
