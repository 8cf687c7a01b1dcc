import { openCassette } from '@retake/cassette'
import { primordials, type SessionHeader } from '@retake/core'
import { createRedactor, type Redactor } from '@retake/redaction'
import type { ControlChannel } from './control-channel.ts'
import { RecordSession } from './recording/record-session.ts'
import { ReplaySession } from './replaying/replay-session.ts'
import { TakeLibrary } from './replaying/take-library.ts'
import { processFacts } from './session-header.ts'
import type { Settings } from './settings/settings.ts'
import { TestSession } from './test-session.ts'

/** What a session that records needs beside its settings. */
export interface RecordingParts {
  /** File of the recording worker. */
  readonly workerFile: URL
  /** Release of the SDK. */
  readonly sdk: string
}

export function createRecordSession(settings: Settings, control: ControlChannel, { workerFile, sdk }: RecordingParts): RecordSession {
  return new RecordSession(settings, processFacts(sdk), workerFile, control)
}

/** @throws RetakeError when there is no cassette, or it cannot be read. */
export function createReplaySession(settings: Settings, control: ControlChannel): ReplaySession {
  const cassette = openCassette(settings.cassette)
  const [session] = cassette.sessions
  if (session !== undefined) pinLocale(session.header)
  const replay = new ReplaySession(settings, new TakeLibrary(cassette, settings.cassette), redactorOf(settings), control)
  for (const warning of cassette.warnings) primordials.nextTick(() => replay.notice('warn', warning))
  return replay
}

/** Tests name their cassettes themselves: a place of its own the process does not have. */
export function createTestSession(settings: Settings, control: ControlChannel, parts: RecordingParts): TestSession {
  return new TestSession({
    record: () => createRecordSession({ ...settings, cassette: '' }, control, parts),
    replay: () => new ReplaySession(settings, undefined, redactorOf(settings), control),
  })
}

/** The key is this process's own: placeholders are compared by their kind. */
function redactorOf(settings: Settings): Redactor {
  return createRedactor({ key: primordials.randomBytes(32), ...settings.redact })
}

/** Dates and texts come out in the recorded time zone and language, wherever the replay runs. */
function pinLocale(session: SessionHeader): void {
  if (session.tz !== '') process.env['TZ'] = session.tz
  if (session.lang !== '') process.env['LANG'] = session.lang
}
