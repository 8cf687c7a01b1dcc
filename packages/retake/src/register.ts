/**
 * `node --import retake/register app.js`, or `node -r retake/register app.js`. Without a mode it returns at once: nothing
 * is loaded, nothing is patched. The engine is loaded with `require`, so that everything is in place before the app's
 * first line, and so that built-in modules are not imported before they are patched.
 */
import { createRequire } from 'node:module'

const mode = process.env['RETAKE_MODE']
if (mode !== undefined && mode !== '' && mode !== 'off') {
  const file = mode === 'replay' ? './engine-replay.js' : './engine-record.js'
  const engine = createRequire(import.meta.url)(file) as typeof import('./engine-record.ts')
  engine.startFromEnvironment()
}
