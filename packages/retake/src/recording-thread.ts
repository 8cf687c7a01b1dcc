/** Entry of the recording worker's thread. */
import { loadBundle } from './load-bundle.ts'

const worker = loadBundle<typeof import('./recording-worker.ts')>('recording-worker')
worker.exports.runRecordingWorker()
worker.keepCode()
