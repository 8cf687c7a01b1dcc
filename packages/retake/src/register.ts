/**
 * `node --import retake/register app.js`, or `node -r retake/register app.js`. Without a mode it returns at once: nothing
 * is loaded, nothing is patched. The engine is loaded synchronously, so that everything is in place before the app's
 * first line, and so that built-in modules are not imported before they are patched.
 */
import { loadEngine } from './load-engine.ts'

if (!isLoaderThread()) {
  const engine = loadEngine(toldMode() ?? process.env['RETAKE_MODE'])
  engine?.exports.startFromEnvironment()
  engine?.keepCode()
}

/**
 * Node runs `-r` preloads also in the thread of `module.register()`'s hooks, which runs no code of the app's. It is the one
 * thread without a port to a parent (`isInternalThread` says so from Node 22.14 on).
 *
 * In the main thread, where most processes are, `node:worker_threads` need not be loaded to know (4 ms): `process.chdir` is
 * marked as disabled in all others (`unavailable`, lib/internal/process/worker_thread_only.js).
 */
function isLoaderThread(): boolean {
  if (isMainThread()) return false
  const { parentPort } = process.getBuiltinModule('node:worker_threads')
  return parentPort === null
}

function isMainThread(): boolean {
  return (process.chdir as { disabled?: boolean }).disabled !== true
}

/** What a thread was told that another one started: its own environment may be empty (`session/src/origin.ts`). */
function toldMode(): string | undefined {
  if (isMainThread()) return undefined
  const { getEnvironmentData } = process.getBuiltinModule('node:worker_threads')
  const told = getEnvironmentData('retake.origin') as { readonly environment?: { readonly RETAKE_MODE?: string } } | undefined
  return told?.environment?.RETAKE_MODE
}
