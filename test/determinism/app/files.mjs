// Work of the thread pool against timers, where who comes first is drawn anew in each run.
import dns from 'node:dns'
import fs from 'node:fs'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import zlib from 'node:zlib'

const folder = new URL('.', `file://${process.argv[1]}`)
const order = async (runs) => {
  const seen = []
  await Promise.all(Object.entries(runs).map(async ([name, run]) => seen.push([name, await run(), Date.now(), Math.random()])))
  return seen
}
const size = async (stream) => {
  let total = 0
  for await (const chunk of stream) total += chunk.length
  return total > 0
}

export const routes = {
  // Equal look-ups: only the order in which they were made tells them apart.
  '/thread-pool/look-ups': async () => {
    const seen = []
    const many = Array.from({ length: 12 }, (_, number) => number)
    await Promise.all(many.map(async (number) => seen.push([number, await dns.promises.lookup('localhost', 4), Math.random()])))
    await Promise.all(many.map((number) => new Promise((done) => dns.lookup('localhost', 4, () => done(seen.push(number))))))
    return seen
  },
  '/thread-pool/files': () =>
    order({
      handle: async () => {
        const handle = await fs.promises.open(process.execPath)
        const { bytesRead } = await handle.read(Buffer.alloc(1000), 0, 1000, 0)
        await handle.close()
        return bytesRead
      },
      stream: () => size(fs.createReadStream(process.argv[1])),
      folder: async () => {
        const names = []
        for await (const { name } of await fs.promises.opendir(folder)) names.push(name)
        return names.length > 0
      },
      stat: async () => (await promisify(fs.stat)(folder)).isDirectory(),
      timer: () => sleep(2),
    }),
  '/thread-pool/streams': () =>
    order({
      gzip: () => size(Readable.from([Buffer.alloc(60_000, 'a')]).pipe(zlib.createGzip())),
      inflate: () => size(Readable.from([zlib.deflateSync(Buffer.alloc(300_000))]).pipe(zlib.createInflate())),
      function: async () => (await promisify(zlib.brotliCompress)(Buffer.alloc(20_000))).length > 0,
      early: () => sleep(1),
      late: () => sleep(15),
    }),
  '/performance/timeline': () => {
    const mark = new PerformanceMark('made')
    performance.mark('timeline')
    const { startTime, duration } = performance.measure('stretch of the timeline', 'timeline')
    performance.clearMarks('timeline')
    performance.clearMeasures('stretch of the timeline')
    const address = URL.createObjectURL(new Blob(['x']))
    URL.revokeObjectURL(address)
    return [mark.startTime, mark.toJSON(), startTime, duration, address]
  },
}
