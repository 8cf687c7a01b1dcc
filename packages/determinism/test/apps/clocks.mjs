import { performance as namedPerformance } from 'node:perf_hooks'
import { hrtime, uptime } from 'node:process'
import { types } from 'node:util'

const { now: capturedNow } = Date
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

export const takes = {
  async 'every form of Date'() {
    class Later extends Date {}
    const date = new Date()
    return [
      Date(),
      date.toISOString(),
      date.getTime(),
      Date.now(),
      capturedNow(),
      new Later().getTime(),
      Reflect.construct(Date, []).getTime(),
      Reflect.construct(Date, [], Later) instanceof Later,
      date.constructor.now(),
      new date.constructor().getTime(),
      new Date(0).toISOString(),
      new Date(2020, 1, 2, 3).getMonth(),
      new Date('2020-01-01').getTime(),
      structuredClone(new Date()).getTime(),
      types.isDate(new Date()),
      new Date() instanceof Date,
      Date.name,
      Date.length,
      typeof Date.UTC,
      String(Date),
      String(Math.random),
      Object.keys(Date),
    ]
  },
  async 'Intl now'() {
    const format = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'medium', fractionalSecondDigits: undefined })
    const exact = new Intl.DateTimeFormat('en', { minute: 'numeric', second: 'numeric', fractionalSecondDigits: 3 })
    return [format.format(), exact.format(), exact.formatToParts(), exact.format === exact.format, [undefined].map(exact.format)]
  },
  async 'Temporal now'() {
    if (typeof Temporal === 'undefined') return 'absent'
    const { Now } = Temporal
    return [
      Now.instant(),
      Now.zonedDateTimeISO(),
      Now.zonedDateTimeISO('Asia/Tokyo'),
      Now.plainDateTimeISO(),
      Now.plainDateISO(),
      Now.plainTimeISO(),
    ].map(String)
  },
  async 'monotonic clocks'() {
    const { now } = performance
    return [
      performance.now(),
      now.call(performance),
      namedPerformance.now(),
      process.hrtime(),
      process.hrtime(process.hrtime()),
      process.hrtime.bigint(),
      hrtime.bigint(),
      process.uptime(),
      uptime(),
      performance.timeOrigin,
      performance.toJSON().timeOrigin,
      performance.mark('a').startTime,
      performance.mark('b', { startTime: 5 }).startTime,
      performance.measure('c', 'a').duration,
      performance.measure('d').duration,
      performance.measure('e', { start: 1, duration: 2 }).duration,
      new Event('x').timeStamp,
      new MessageEvent('x').timeStamp,
    ]
  },
  async 'elapsed time across a sleep'() {
    const began = [Date.now(), performance.now(), process.hrtime.bigint()]
    await sleep(15)
    return [Date.now() - began[0], performance.now() - began[1], process.hrtime.bigint() - began[2]]
  },
  async 'turns of a busy loop'() {
    const end = Date.now() + 12
    let turns = 0
    while (Date.now() < end) turns++
    return turns
  },
  async 'a new file'() {
    return [
      new File(['a'], 'a.txt').lastModified,
      new File([], 'b', { lastModified: 7 }).lastModified,
      new File(['a'], 'a') instanceof File,
      File.name,
    ]
  },
  async 'console.time'() {
    const lines = []
    const { Console } = await import('node:console')
    const { Writable } = await import('node:stream')
    const own = new Console(new Writable({ write: (chunk, _encoding, done) => (lines.push(String(chunk)), done()) }))
    own.time('t')
    own.timeEnd('t')
    return lines
  },
}
