import { primordials, type SessionHeader } from '@retake/core'
import type { ControlChannel } from './control-channel.ts'
import type { RecordingParts } from './recording-parts.ts'
import { RecordSession } from './recording/record-session.ts'
import { ReplaySession } from './replaying/replay-session.ts'
import { openLibrary } from './replaying/open-library.ts'
import { createMask } from './secrets/mask.ts'
import { processFacts } from './session-header.ts'
import { requireStrongKey } from './secrets/key-strength.ts'
import type { Settings } from './settings/settings.ts'
import { TestSession } from './test-session.ts'

/** @throws RetakeError `RETAKE_KEY_WEAK`; `RETAKE_CONFIG_INVALID` when something shall be sealed without a key. */
export function createRecordSession(settings: Settings, control: ControlChannel, parts: RecordingParts): RecordSession {
  requireStrongKey(settings.key)
  return new RecordSession(settings, processFacts(parts.sdk), control, parts)
}

/** @throws RetakeError when there is no cassette, or it cannot be read. */
export function createReplaySession(settings: Settings, control: ControlChannel): ReplaySession {
  const mask = createMask(settings.redact)
  const library = openLibrary(settings.cassette, settings, mask)
  const { cassette } = library
  const [session] = cassette.sessions
  if (session !== undefined) pinLocale(session.header)
  const replay = new ReplaySession(settings, library, mask, control)
  for (const warning of cassette.warnings) primordials.nextTick(() => replay.notice('warn', warning))
  return replay
}

/** Tests name their cassettes themselves: a place of its own the process does not have. */
export function createTestSession(settings: Settings, control: ControlChannel, parts: RecordingParts): TestSession {
  return new TestSession({
    record: () => createRecordSession({ ...settings, cassette: '' }, control, parts),
    replay: () => new ReplaySession(settings, undefined, createMask(settings.redact), control),
  })
}

/** Dates and texts come out in the recorded time zone and language, wherever the replay runs. */
function pinLocale(session: SessionHeader): void {
  if (session.tz !== '') process.env['TZ'] = session.tz
  if (session.lang !== '') process.env['LANG'] = session.lang
}
