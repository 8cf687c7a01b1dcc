// A whole process as one take: start-up draws, timers that hold it, and timers that do not.
import { createHash, randomUUID, scrypt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const lines = [randomUUID(), Date.now(), Math.random()]
setTimeout(() => console.log('a timer that does not hold the process'), 600_000).unref()
const ticking = setInterval(() => lines.push('tick'), 50).unref()

const began = performance.now()
await wait(220)
lines.push(`slept ${performance.now() - began} ms`)

const token = (await promisify(scrypt)('password', randomUUID(), 16)).toString('hex')
lines.push(createHash('sha1').update(token).digest('hex'), (await promisify(gzip)('text')).length)

await new Promise((resolve) => {
  let left = 3
  const interval = setInterval(() => {
    lines.push(Date.now())
    if (--left > 0) return
    clearInterval(ticking)
    resolve(clearInterval(interval))
  }, 7)
})
process.once('exit', (code) => console.log(JSON.stringify([...lines, code])))
