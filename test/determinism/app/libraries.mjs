// Libraries that many services have, for what they do with clocks, timers and chance.
import { randomBytes } from 'node:crypto'
import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { ed25519 } from '@noble/curves/ed25519.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import retry from 'async-retry'
import Bottleneck from 'bottleneck'
import busboy from 'busboy'
import Chance from 'chance'
import { ExponentialBackoff, TimeoutStrategy, circuitBreaker, ConsecutiveBreaker, handleAll, retry as policy, timeout } from 'cockatiel'
import Csrf from 'csrf'
import { addDays, formatDistanceToNow, formatISO } from 'date-fns'
import dayjs from 'dayjs'
import Hashids from 'hashids'
import { sealData, unsealData } from 'iron-session'
import { DateTime } from 'luxon'
import NodeCache from 'node-cache'
import * as limits from 'p-limit'
import * as queues from 'p-queue'
import pino from 'pino'
import winston from 'winston'

// The generated twin has namespaces for the defaults of ES modules.
const plain = (module) => module.default.default ?? module.default
const pLimit = plain(limits)
const PQueue = plain(queues)
const hex = (bytes) => Buffer.from(bytes).toString('hex')
const settled = (run) => run.then(String, ({ name, message }) => `${name}: ${message}`)

// Loggers of the process, which log within takes and, by a timer of nobody's, outside of them.
const lines = []
const stream = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) })
const pinoLogger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream)
const winstonLogger = winston.createLogger({
  format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
  transports: [new winston.transports.Stream({ stream })],
})
setInterval(() => {
  pinoLogger.info('outside')
  winstonLogger.info(`outside ${Math.random()}`)
}, 1).unref()

export const routes = {
  '/libraries/dates': async () => {
    const before = dayjs()
    await sleep(5)
    return [
      before,
      dayjs().diff(before),
      DateTime.now().setZone('UTC').toISO(),
      DateTime.utc().plus({ days: 1 }).toRelative(),
      formatISO(addDays(new Date(), 1)),
      formatDistanceToNow(new Date(Date.now() - 90_000)),
    ]
  },
  '/libraries/retries': async () => {
    const waited = []
    const failing = (times) => async () => {
      waited.push([Date.now(), Math.random()])
      if (times-- > 0) throw new Error('not yet')
      return 'done'
    }
    const breaker = circuitBreaker(handleAll, { halfOpenAfter: 20, breaker: new ConsecutiveBreaker(1) })
    return [
      await retry(failing(3), { minTimeout: 3, maxTimeout: 20, randomize: true }),
      await policy(handleAll, { maxAttempts: 4, backoff: new ExponentialBackoff({ initialDelay: 3, maxDelay: 30 }) }).execute(failing(3)),
      await settled(timeout(8, TimeoutStrategy.Aggressive).execute(() => sleep(5000))),
      await settled(breaker.execute(failing(1))),
      await settled(breaker.execute(failing(0))),
      await sleep(25),
      await settled(breaker.execute(failing(0))),
      waited,
    ]
  },
  '/libraries/queues': async () => {
    const order = []
    const task = (name) => async () => {
      await sleep(Math.random() * 6)
      order.push([name, Date.now()])
    }
    const limit = pLimit(2)
    const queue = new PQueue({ concurrency: 2, interval: 12, intervalCap: 2 })
    const limiter = new Bottleneck({ maxConcurrent: 2, minTime: 3 })
    await Promise.all([
      ...[1, 2, 3, 4].map((n) => limit(task(`limit ${n}`))),
      ...[1, 2, 3, 4].map((n) => queue.add(task(`queue ${n}`))),
      ...[1, 2, 3, 4].map((n) => limiter.schedule(task(`bottleneck ${n}`))),
    ])
    return order
  },
  '/libraries/cache': async () => {
    const cache = new NodeCache({ useClones: false, checkperiod: 0 })
    const get = (key) => {
      if (!cache.has(key)) cache.set(key, Math.random(), 0.02)
      return [cache.get(key), cache.getTtl(key)]
    }
    const seen = [get('a')]
    await sleep(8)
    seen.push(get('a'), get('b'))
    await sleep(30)
    seen.push(get('a'), get('b'))
    return seen
  },
  '/libraries/secrets': async () => {
    const tokens = new Csrf()
    const secret = await tokens.secret()
    const sealed = await sealData({ user: 5 }, { password: 'p'.repeat(32), ttl: 60 })
    return [
      secret,
      tokens.verify(secret, tokens.create(secret)),
      tokens.secretSync(),
      sealed,
      await unsealData(sealed, { password: 'p'.repeat(32) }),
      `nonce-${randomBytes(16).toString('base64')}`,
      new Hashids('salt').encode(Date.now()),
      new Chance().guid(),
    ]
  },
  '/libraries/curves': () => {
    const { secretKey, publicKey } = secp256k1.keygen()
    const other = ed25519.utils.randomSecretKey()
    const message = Buffer.from('message')
    return [hex(publicKey), hex(secp256k1.sign(message, secretKey)), hex(ed25519.getPublicKey(other)), hex(ed25519.sign(message, other))]
  },
  '/libraries/upload': () =>
    new Promise((resolve, reject) => {
      const seen = []
      const parser = busboy({ headers: { 'content-type': 'multipart/form-data; boundary=here' } })
      parser.on('file', (name, file, { filename }) => {
        file.on('data', (chunk) => seen.push([name, filename, chunk.length, Date.now(), Math.random()])).resume()
      })
      parser.on('field', (name, value) => seen.push([name, value, Math.random()]))
      parser.on('close', () => resolve(seen)).on('error', reject)
      parser.write('--here\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n')
      setImmediate(() => parser.end('--here\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\n\r\ntext\r\n--here--\r\n'))
    }),
  '/libraries/logs': async () => {
    const mark = randomBytes(4).toString('hex')
    for (let step = 0; step < 3; step++) {
      pinoLogger.info({ mark, step })
      winstonLogger.info({ message: mark, step, id: Math.random() })
      await sleep(4)
    }
    // Taken out: the same take may be played again in this process.
    const own = lines.filter((line) => line.includes(mark))
    lines.length = 0
    return [own, Math.random(), Date.now()]
  },
}
