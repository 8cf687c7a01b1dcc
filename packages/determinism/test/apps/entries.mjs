// The performance timeline, and other things that carry a time or a name of their own.
import { resolveObjectURL } from 'node:buffer'
import { performance, PerformanceMark, PerformanceObserver } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'

const plain = ({ name, entryType, startTime, duration }) => ({ name, entryType, startTime, duration })

export const takes = {
  'marks and measures': async () => {
    const made = new PerformanceMark('made')
    const given = new globalThis.PerformanceMark('given', { startTime: 5, detail: { a: 1 } })
    performance.mark('from')
    await sleep(2)
    performance.mark('to', { detail: 1 })
    const measures = [
      performance.measure('both', 'from', 'to'),
      performance.measure('from', 'from'),
      performance.measure('alone'),
      performance.measure('options', { start: 'from', detail: 2 }),
      performance.measure('length', { end: 9, duration: 4 }),
    ]
    const entries = [...performance.getEntriesByName('from'), ...performance.getEntriesByType('measure')].map(plain)
    performance.clearMarks()
    performance.clearMeasures()
    return [
      made.startTime,
      made.toJSON(),
      JSON.stringify(given),
      made instanceof PerformanceMark,
      made.constructor === PerformanceMark,
      PerformanceMark.name,
      measures.map(plain),
      entries,
    ]
  },
  'what an observer sees': async () => {
    const seen = []
    const entries = new Promise((resolve) => {
      const observer = new PerformanceObserver((list) => {
        seen.push(...list.getEntries().flatMap((entry) => [plain(entry), entry.toJSON().duration === entry.duration]))
        observer.disconnect()
        resolve()
      })
      observer.observe({ entryTypes: ['function'] })
    })
    performance.timerify(function work() {
      return Math.random()
    })()
    await entries
    return seen
  },
  'addresses of blobs': async () => {
    const address = URL.createObjectURL(new Blob(['text']))
    const text = await resolveObjectURL(address).text()
    const fetched = await (await fetch(address)).text()
    URL.revokeObjectURL(address)
    return [address, text, fetched, resolveObjectURL(address) === undefined]
  },
}
