import { syncBuiltinESMExports } from 'node:module'
import type { PatchRegistry } from '@retake/core'
import { replaceAbortTimeout } from './sources/abort-signal.ts'
import { replaceCryptoFill, replaceWebCrypto } from './sources/crypto-fill.ts'
import { replaceCryptoRandom } from './sources/crypto-random.ts'
import { replaceDate } from './sources/date.ts'
import { replaceEventTime } from './sources/events.ts'
import { muteFetch } from './sources/fetch.ts'
import { replaceFile } from './sources/file.ts'
import { replaceHttpDate } from './sources/http-date.ts'
import { replaceIntlNow } from './sources/intl.ts'
import { replaceMathRandom } from './sources/math-random.ts'
import { replacePerformance } from './sources/performance.ts'
import { replaceProcessClocks } from './sources/process-clocks.ts'
import { replaceTemporalNow } from './sources/temporal.ts'
import { logResults } from './sources/results.ts'
import { orderThreadPool } from './sources/thread-pool.ts'
import { replaceTimerPromises } from './sources/timer-promises.ts'
import { replaceTimers } from './sources/timers.ts'
import { replaceInContexts } from './sources/vm-contexts.ts'

/**
 * Replaces the nondeterministic sources of a realm, and those of Node's modules, which all realms share, the first time.
 * Each replacement asks the scope that the code runs in; outside of scopes, and in muted ones, the native is called.
 *
 * Modules that capture crypto or timers when they load must be loaded in the right moment: undici takes
 * `crypto.randomInt` (so crypto comes first), `http` and `net` take timers (so they are loaded before timers are replaced).
 * Named imports of built-in modules change with {@link syncBuiltins}, to be called once after all patches.
 *
 * @param realm Its global object: `globalThis`, or that of a `vm` context or of a Jest environment.
 * @param patches Takes everything back.
 */
export function install(realm: typeof globalThis, patches: PatchRegistry): void {
  replaceCryptoRandom(patches)
  replaceCryptoFill(patches)
  replaceWebCrypto(patches)
  for (const name of ['node:net', 'node:tls', 'node:http', 'node:https'] as const) process.getBuiltinModule(name)
  // Whoever asks for the time of day natively does so before `Date` is replaced.
  replaceIntlNow(realm, patches)
  replaceFile(realm, patches)
  replaceTemporalNow(realm, patches)
  replaceDate(realm, patches)
  replaceMathRandom(realm, patches)
  replacePerformance(patches)
  replaceProcessClocks(patches)
  replaceHttpDate(patches)
  orderThreadPool(patches)
  logResults(patches)
  replaceTimers(realm, patches)
  replaceTimerPromises(patches)
  replaceAbortTimeout(realm, patches)
  replaceEventTime(realm, patches)
  muteFetch(realm, patches)
  replaceInContexts(patches)
}

/** Makes named imports of built-in modules (`import { randomUUID } from 'node:crypto'`) see the patches made so far. */
export function syncBuiltins(): void {
  syncBuiltinESMExports()
}
