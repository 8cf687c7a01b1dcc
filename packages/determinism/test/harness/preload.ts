import { kindsOnRequest, PatchRegistry } from '@retake/core'
import { drawnId, install, syncBuiltins } from '@retake/determinism'
import { MemorySession } from './memory-session.ts'

/** Loaded with `--import` before the app: `TEST_MODE` is record, replay or natively; `TEST_LOG` is the file of the log. */
const mode = process.env['TEST_MODE']
const patches = new PatchRegistry()
if (mode === 'record' || mode === 'replay') {
  const session = new MemorySession(mode, process.env['TEST_LOG']!)
  Object.defineProperty(globalThis, Symbol.for('test.session'), { value: session, enumerable: false })
  Object.defineProperty(globalThis, Symbol.for('test.patches'), { value: patches, enumerable: false })
  Object.defineProperty(globalThis, Symbol.for('test.install'), { value: install, enumerable: false })
  Object.defineProperty(globalThis, Symbol.for('test.drawnId'), { value: drawnId, enumerable: false })
  install(globalThis, patches, process.env['TEST_ON_REQUEST'] === '1' ? { onRequest: kindsOnRequest } : {})
  syncBuiltins()
  if (process.env['TEST_MAIN'] === '1') session.beginMain()
  process.on('exit', () => session.save())
}
