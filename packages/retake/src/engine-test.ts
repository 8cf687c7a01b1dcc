/** The engine of a process in which each test has a cassette of its own. Internal: `retake` reaches it by file name. */
import { RetakeError } from '@retake/core'
import { createTestSession, runningSession } from '@retake/session'
import type { TestHost } from '@retake/testing'
import { start } from './start.ts'

/** The session that runs the cassettes of this process's tests: the one that is there, or a new one of its own. */
export function testHost(): TestHost {
  const running = runningSession() ?? start(createTestSession, { mode: 'auto' })
  if (running === undefined) throw new RetakeError('RETAKE_USAGE', 'The session is off.')
  return running.session
}
