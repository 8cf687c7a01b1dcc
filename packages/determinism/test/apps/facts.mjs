// Everything that an app can see of the patched functions without calling them. The same natively, patched, and in a take.
import * as crypto from 'node:crypto'
import { createRequire } from 'node:module'
import * as timersPromises from 'node:timers/promises'
import { promisify } from 'node:util'

const require = createRequire(import.meta.url)
const zlib = require('node:zlib')
const fs = require('node:fs')

const functions = {
  Date,
  'Date.now': Date.now,
  'Math.random': Math.random,
  setTimeout,
  setInterval,
  setImmediate,
  clearTimeout,
  clearInterval,
  clearImmediate,
  fetch,
  File,
  'AbortSignal.timeout': AbortSignal.timeout,
  'performance.now': performance.now,
  'performance.mark': performance.mark,
  'performance.measure': performance.measure,
  'performance.toJSON': performance.toJSON,
  'performance.eventLoopUtilization': performance.eventLoopUtilization,
  hrtime: process.hrtime,
  'hrtime.bigint': process.hrtime.bigint,
  uptime: process.uptime,
  getRandomValues: globalThis.crypto.getRandomValues,
  randomUUID: globalThis.crypto.randomUUID,
  formatToParts: Intl.DateTimeFormat.prototype.formatToParts,
  _storeHeader: require('node:http').OutgoingMessage.prototype._storeHeader,
  'fs.realpath.native': fs.realpath.native,
}
for (const name of [
  'randomBytes',
  'randomFill',
  'randomFillSync',
  'randomInt',
  'randomUUID',
  'randomUUIDv7',
  'prng',
  'rng',
  'pseudoRandomBytes',
  'sign',
  'publicEncrypt',
  'scrypt',
  'pbkdf2',
  'hkdf',
]) {
  functions[`crypto.${name}`] = require('node:crypto')[name] ?? crypto[name]
}
for (const name of ['setTimeout', 'setImmediate', 'setInterval']) functions[`promises.${name}`] = timersPromises[name]
for (const name of ['gzip', 'inflate']) functions[`zlib.${name}`] = zlib[name]
for (const name of ['read', 'readFile', 'exists', 'stat', 'mkdtemp']) functions[`fs.${name}`] = fs[name]
for (const name of ['readFile', 'stat']) functions[`fs.promises.${name}`] = fs.promises[name]

const holders = {
  globalThis,
  Math,
  process,
  Date,
  'Date.prototype': Date.prototype,
  'Performance.prototype': Performance.prototype,
  'Event.prototype': Event.prototype,
  'Crypto.prototype': Crypto.prototype,
  AbortSignal: AbortSignal,
  crypto: require('node:crypto'),
  timers: require('node:timers'),
  'timers/promises': require('node:timers/promises'),
  fs,
  zlib,
}

const facts = () => ({
  functions: Object.entries(functions).map(([name, value]) => [name, typeof value, value?.name, value?.length, isConstructor(value)]),
  enumerable: Object.entries(holders).map(([name, holder]) => [name, Object.keys(holder).toSorted()]),
  names: Object.entries(holders).map(([name, holder]) => [name, Object.getOwnPropertyNames(holder).toSorted()]),
  symbols: Object.getOwnPropertySymbols(globalThis)
    .map(String)
    .filter((name) => !/retake|test\./.test(name)),
  promisified: [
    promisify(setTimeout).name,
    promisify(setTimeout) === timersPromises.setTimeout,
    promisify(setImmediate) === timersPromises.setImmediate,
    promisify(fs.exists).name,
  ],
  same: [
    globalThis.setTimeout === require('node:timers').setTimeout,
    new Date().constructor === Date,
    Date.prototype === Object.getPrototypeOf(new Date(0)),
  ],
  native: [String(Date), String(Date.now), String(Math.random), Function.prototype.toString.call(Date)].map((text) =>
    /\[native code\]/.test(text),
  ),
  dates: [
    Date.length,
    new Date(0) instanceof Date,
    new (class extends Date {})(5).getTime(),
    Date.UTC(2020, 1),
    Date.parse('2020-01-01T00:00:00Z'),
    new Date(2020, 0, 1, 1, 1, 1, 5).getMilliseconds(),
    typeof Date(),
  ],
})

/** Methods and arrow functions are no constructors; nor are most natives. Only those of the language are asked. */
function isConstructor(value) {
  if (![Date, Date.now, Math.random].includes(value)) return 'not asked'
  try {
    Reflect.construct(Object, [], value)
    return true
  } catch {
    return false
  }
}

export const takes = {
  async facts() {
    return facts()
  },
}
export const outside = facts()
