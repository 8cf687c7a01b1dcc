import { syncBuiltinESMExports } from 'node:module'
import type { KindOnRequest, PatchRegistry } from '@retake/core'
import { replaceAbortTimeout } from './sources/abort-signal.ts'
import { replaceCryptoFill, replaceWebCrypto } from './sources/crypto-fill.ts'
import { replaceCryptoRandom } from './sources/crypto-random.ts'
import { replaceDate } from './sources/date.ts'
import { replaceEventTime } from './sources/events.ts'
import { muteFetch } from './sources/fetch.ts'
import { replaceFile } from './sources/file.ts'
import { replaceHostFacts } from './sources/host.ts'
import { replaceHttpDate } from './sources/http-date.ts'
import { replaceHttp2Date } from './sources/http2-streams.ts'
import { logGeneratedKeys } from './sources/generated-keys.ts'
import { replaceIntlNow } from './sources/intl.ts'
import { logExchangeKeys } from './sources/key-exchange.ts'
import { replaceMathRandom } from './sources/math-random.ts'
import { replaceObjectUrls } from './sources/object-url.ts'
import { replacePerformance } from './sources/performance.ts'
import { replacePerformanceEntries } from './sources/performance-entries.ts'
import { replaceProcessClocks } from './sources/process-clocks.ts'
import { replaceTemporalNow } from './sources/temporal.ts'
import { checkResults } from './sources/checked-results.ts'
import { logResults } from './sources/results.ts'
import { orderThreadPool } from './sources/thread-pool.ts'
import { replaceTimerPromises } from './sources/timer-promises.ts'
import { replaceTimers } from './sources/timers.ts'
import { replaceInContexts } from './sources/vm-contexts.ts'
import { logWebKeys } from './sources/web-keys.ts'

/** What may be observed beyond the usual. */
export interface InstallOptions {
  /**
   * Kinds of draws that are observed only when somebody asks for them. Of keys the log always says where one was generated.
   * @default []
   */
  readonly onRequest?: Iterable<KindOnRequest>
}

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
export function install(realm: typeof globalThis, patches: PatchRegistry, { onRequest = [] }: InstallOptions = {}): void {
  const wanted = new Set(onRequest)
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
  replacePerformanceEntries(realm, patches)
  replaceObjectUrls(patches)
  replaceProcessClocks(patches)
  replaceHttpDate(patches)
  replaceHttp2Date(patches)
  orderThreadPool(patches)
  logResults(patches)
  logGeneratedKeys(patches, wanted.has('key'))
  logExchangeKeys(patches, wanted.has('key'))
  logWebKeys(patches, wanted.has('key'))
  checkResults(patches)
  replaceHostFacts(patches, wanted)
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
