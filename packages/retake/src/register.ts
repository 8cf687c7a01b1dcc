/**
 * `node --import retake/register app.js`, or `node -r retake/register app.js`. Without a mode it returns at once: nothing
 * is loaded, nothing is patched. The engine is loaded with `require`, so that everything is in place before the app's
 * first line, and so that built-in modules are not imported before they are patched.
 */
import { createRequire } from 'node:module'
import { engineFile } from './engine-file.ts'

const file = engineFile(process.env['RETAKE_MODE'])
if (file !== undefined && !isLoaderThread())
  (createRequire(import.meta.url)(file) as typeof import('./engine-record.ts')).startFromEnvironment()

/**
 * Node runs `-r` preloads also in the thread of `module.register()`'s hooks, which runs no code of the app's. It is the one
 * thread without a port to a parent (`isInternalThread` says so from Node 22.14 on).
 */
function isLoaderThread(): boolean {
  const { isMainThread, parentPort } = process.getBuiltinModule('node:worker_threads')
  return !isMainThread && parentPort === null
}
