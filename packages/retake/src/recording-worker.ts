/** The recording worker's code: for its thread, and for the end of a process whose worker did not come up in time. Internal. */
export { recordHere, runRecordingWorker } from '@retake/session'
