// Loaded before the SDK: remembers what stands where.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const holders = {
  globalThis,
  Math,
  process,
  'Date.prototype': Date.prototype,
  'Intl.DateTimeFormat.prototype': Intl.DateTimeFormat.prototype,
  'Performance.prototype': Performance.prototype,
  'Event.prototype': Event.prototype,
  'Crypto.prototype': Crypto.prototype,
  'SubtleCrypto.prototype': SubtleCrypto.prototype,
  AbortSignal,
  crypto: require('node:crypto'),
  'Sign.prototype': require('node:crypto').Sign.prototype,
  timers: require('node:timers'),
  'timers/promises': require('node:timers/promises'),
  scheduler: Object.getPrototypeOf(require('node:timers/promises').scheduler),
  fs: require('node:fs'),
  'fs.promises': require('node:fs').promises,
  zlib: require('node:zlib'),
  'OutgoingMessage.prototype': require('node:http').OutgoingMessage.prototype,
  ...(typeof Temporal === 'undefined' ? {} : { 'Temporal.Now': Temporal.Now }),
}
function read(holder, name) {
  try {
    return holder[name]
  } catch {
    return undefined
  }
}
// Lazy ones become themselves when they are first asked for.
for (const holder of [globalThis, holders.fs, holders.crypto])
  for (const name of Object.getOwnPropertyNames(holder)) void read(holder, name)
const snapshot = Object.entries(holders).map(([name, holder]) => [name, holder, Object.getOwnPropertyDescriptors(holder)])
const differences = () =>
  snapshot.flatMap(([name, holder, before]) => {
    const now = Object.getOwnPropertyDescriptors(holder)
    return Reflect.ownKeys(now)
      .filter((key) => typeof key === 'string' && !key.startsWith('_events'))
      .filter((key) => ['value', 'get', 'set', 'enumerable'].some((part) => !Object.is(now[key]?.[part], before[key]?.[part])))
      .map((key) => `${name}.${String(key)}`)
  })
Object.defineProperty(globalThis, Symbol.for('test.natives'), { value: { differences }, enumerable: false })
