/** The engine of a process that replays. Internal: `register` reaches it by file name. */
import { createReplaySession } from '@retake/session'
import { startOrFail } from './start.ts'

export function startFromEnvironment(): void {
  startOrFail(createReplaySession)
}
