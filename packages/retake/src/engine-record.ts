/** The engine of a process that records. Internal: `register` reaches it by file name. */
import { createRecordSession } from '@retake/session'
import { startOrFail } from './start.ts'

export function startFromEnvironment(): void {
  startOrFail(createRecordSession)
}
