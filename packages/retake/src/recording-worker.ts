/** Entry of the recording worker's thread. */
import { runRecordingWorker } from '@retake/session'

runRecordingWorker()
