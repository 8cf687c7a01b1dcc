/**
 * `node --import retake/register app.js`, or `node -r retake/register app.js`. Without a mode it returns at once: nothing
 * is loaded, nothing is patched. The engine is loaded with `require`, so that everything is in place before the app's
 * first line, and so that built-in modules are not imported before they are patched.
 */
import { createRequire } from 'node:module'
import { engineFile } from './engine-file.ts'

const file = engineFile(process.env['RETAKE_MODE'])
if (file !== undefined) (createRequire(import.meta.url)(file) as typeof import('./engine-record.ts')).startFromEnvironment()
