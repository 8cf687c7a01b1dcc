/** The engine of a process that replays. Internal: other entries reach it by file name. */
import { createReplaySession, type RetakeConfig, type RunningSession } from '@retake/session'
import { start, startOrFail } from './start.ts'

/** For the preload: ends the process where the session cannot start. */
export function startFromEnvironment(): void {
  startOrFail(createReplaySession)
}

/** For programs: @throws RetakeError where the session cannot start. */
export function startWith(config: RetakeConfig): RunningSession | undefined {
  return start(createReplaySession, config)
}
