/** The recording worker's code: for its thread, and for the end of a process whose worker did not come up in time, and for hooks that run there. Internal. */
export { applyHook, recordHere, runRecordingWorker } from '@retake/session'
