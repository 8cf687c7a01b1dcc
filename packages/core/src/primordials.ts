/**
 * Natives captured before anything is stubbed: our own code must never draw from a take, nor wait for a virtual clock.
 * Built-in modules are fetched with `process.getBuiltinModule`, not imported: on Node 24 and 26 an ESM import of
 * `node:http` loads undici at once, which captures `crypto.randomInt` before it can be patched.
 */
import { shared } from './shared-state.ts'

export interface Primordials {
  readonly Date: DateConstructor
  readonly dateNow: () => number
  readonly performanceNow: () => number
  readonly setTimeout: typeof setTimeout
  readonly clearTimeout: typeof clearTimeout
  readonly setInterval: typeof setInterval
  readonly clearInterval: typeof clearInterval
  readonly setImmediate: typeof setImmediate
  readonly clearImmediate: typeof clearImmediate
  readonly queueMicrotask: typeof queueMicrotask
  readonly nextTick: typeof process.nextTick
  readonly hrtimeBigint: () => bigint
  readonly mathRandom: () => number
  readonly randomBytes: (size: number) => Buffer
}

export const primordials: Primordials = shared('primordials', () => {
  const crypto = process.getBuiltinModule('node:crypto')
  return {
    Date,
    dateNow: Date.now,
    performanceNow: performance.now.bind(performance),
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    setImmediate,
    clearImmediate,
    queueMicrotask,
    nextTick: process.nextTick.bind(process),
    hrtimeBigint: process.hrtime.bigint,
    mathRandom: Math.random,
    randomBytes: crypto.randomBytes as (size: number) => Buffer,
  }
})
