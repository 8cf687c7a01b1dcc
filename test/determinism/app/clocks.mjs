import { Console } from 'node:console'
import { performance as named } from 'node:perf_hooks'
import { hrtime, uptime } from 'node:process'
import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import util from 'node:util'

// What a module takes when it is loaded.
const { now } = Date
const CapturedDate = Date
const capturedPerformanceNow = performance.now.bind(performance)

class Dated extends Date {
  year() {
    return this.getFullYear()
  }
}

const readings = () => [Date.now(), performance.now(), Number(process.hrtime.bigint()) / 1e6]

export const routes = {
  // 1
  '/date/forms': () => [
    Date(),
    new Date(),
    Date.now(),
    now(),
    new CapturedDate(),
    Reflect.construct(Date, []),
    Reflect.construct(Date, [], Dated),
    new Dated(),
    new Date(0).constructor.now(),
    new (class extends Dated {})().getTime(),
    new Date(2020, 1, 1).getTime(),
  ],
  // 2
  '/date/identity': () => {
    const date = new Date()
    const clone = structuredClone(date)
    return [
      date,
      date instanceof Date,
      new Dated() instanceof Dated,
      new Dated().year() === date.getFullYear(),
      clone instanceof Date,
      clone.getTime() === date.getTime(),
      util.types.isDate(date),
      Date.name,
      Date.length,
      date.constructor === Date,
      util.inspect(date),
      Object.prototype.toString.call(date),
    ]
  },
  // 3
  '/intl/now': () => {
    const format = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long', timeZone: 'UTC' })
    const precise = new Intl.DateTimeFormat('en', { minute: 'numeric', second: 'numeric', fractionalSecondDigits: 3, timeZone: 'UTC' })
    return [format.format(), precise.format(), precise.format(undefined), precise.formatToParts(), [undefined].map(precise.format)]
  },
  // 4, only where it is there
  '/temporal/now': () => {
    const { Now } = globalThis.Temporal
    return [Now.instant(), Now.plainDateISO(), Now.plainTimeISO(), Now.plainDateTimeISO(), Now.zonedDateTimeISO('UTC')].map(String)
  },
  // 5
  '/clocks': () => [
    performance.now(),
    capturedPerformanceNow(),
    named.now(),
    process.hrtime(),
    process.hrtime(process.hrtime()),
    hrtime(),
    String(hrtime.bigint()),
    process.uptime(),
    uptime(),
    performance.mark('here').startTime,
    new Event('one').timeStamp,
    new MessageEvent('two').timeStamp,
  ],
  // 6
  '/elapsed': async () => {
    const before = readings()
    await sleep(15)
    return readings().map((after, index) => after - before[index])
  },
  // 7
  '/busy-loop': () => {
    const until = Date.now() + 4
    let turns = 0
    while (Date.now() < until) turns++
    return { turns, at: Date.now() }
  },
  // 8
  '/file': () => [new File(['x'], 'x.txt').lastModified, new File([], 'y', { lastModified: 5 }).lastModified],
  // 9
  '/console/time': async () => {
    const lines = []
    const console = new Console({ stdout: new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) }) })
    console.time('work')
    await sleep(3)
    console.timeLog('work', 'halfway')
    console.timeEnd('work')
    performance.mark('from')
    await sleep(2)
    performance.mark('to')
    const { startTime, duration } = performance.measure('stretch', 'from', 'to')
    performance.clearMarks()
    return { lines, startTime, duration, timeOrigin: performance.timeOrigin, json: performance.toJSON().timeOrigin }
  },
}
