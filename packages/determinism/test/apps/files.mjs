// Everything that waits for the thread pool, against timers: who comes first is drawn anew in each run.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import zlib from 'node:zlib'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'determinism-files-'))
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }))
const file = (name, size = 100_000) => {
  const made = path.join(folder, name)
  fs.writeFileSync(made, Buffer.alloc(size, name))
  return made
}
const source = file('source')
for (let n = 0; n < 40; n++) file(`many-${n}`, 1)
// By default Node 22 and later read larger pieces, and what draws for each of them draws less often.
const pieces = { highWaterMark: 16_384 }
const drawn = (what) => [what, Date.now(), Math.random()]

/** Runs all at once; @returns in which order they ended, with draws made there and then. */
async function race(runs) {
  const order = []
  await Promise.all(Object.entries(runs).map(async ([name, run]) => order.push(drawn([name, await run()]))))
  return order
}
const ticks = (ms) => sleep(ms)
const total = async (stream) => {
  let size = 0
  const seen = []
  for await (const chunk of stream) {
    size += chunk.length
    seen.push(Math.random())
  }
  return [size, seen.length > 0]
}

export const takes = {
  'file handles': async () => {
    const handle = await fs.promises.open(path.join(folder, 'handle'), 'w+')
    const order = await race({
      write: async () => (await handle.write(Buffer.from('text'), 0, 4, 0)).bytesWritten,
      stat: async () => (await handle.stat()).isFile(),
      sync: () => handle.sync(),
      source: () => fs.promises.readFile(source).then(({ length }) => length),
      timer: () => ticks(1),
      immediate: () => new Promise((resolve) => setImmediate(() => resolve('immediate'))),
    })
    const { bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    await handle.close()
    const read = await fs.promises.open(source)
    const lines = []
    for await (const line of read.readLines()) lines.push(line.length)
    return [order, bytesRead, lines, drawn('end')]
  },
  'streams of files': () =>
    race({
      read: () => total(fs.createReadStream(source, { highWaterMark: 30_000 })),
      copy: () => pipeline(fs.createReadStream(source), fs.createWriteStream(path.join(folder, 'copy'))),
      handle: async () => {
        const handle = await fs.promises.open(source)
        return total(handle.createReadStream())
      },
      timer: () => ticks(2),
    }),
  folders: () =>
    race({
      promise: async () => {
        const names = []
        for await (const { name } of await fs.promises.opendir(folder)) if (name.startsWith('many')) names.push(name)
        return names.length
      },
      callback: async () => {
        const dir = await promisify(fs.opendir)(folder)
        let count = 0
        while ((await promisify(dir.read.bind(dir))()) !== null) count++
        await dir.close()
        return count > 40
      },
      names: async () => (await fs.promises.readdir(folder)).length > 40,
      owner: () => promisify(fs.chown)(source, process.getuid(), process.getgid()),
      times: () => promisify(fs.futimes)(3, 1, 1).catch(() => 'no such file'),
      timer: () => ticks(1),
    }),
  'compressing streams': () =>
    race({
      gzip: () => total(Readable.from([Buffer.alloc(50_000, 'a'), Buffer.alloc(50_000, 'b')]).pipe(zlib.createGzip(pieces))),
      inflate: () => total(Readable.from([zlib.deflateSync(Buffer.alloc(500_000, 'z'))]).pipe(zlib.createInflate(pieces))),
      brotli: () => total(Readable.from([Buffer.alloc(200_000, 'c')]).pipe(zlib.createBrotliCompress(pieces))),
      function: async () => (await promisify(zlib.gzip)(Buffer.alloc(100_000))).length,
      wrong: async () => total(Readable.from([Buffer.from('no gzip')]).compose(zlib.createGunzip())).catch(({ code }) => code),
      early: () => ticks(1),
      late: () => ticks(12),
    }),
}
