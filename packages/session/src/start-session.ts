import { openCassette } from '@retake/cassette'
import { mainScope, PatchRegistry, primordials, type SessionHeader, shared } from '@retake/core'
import { install as installDeterminism, syncBuiltins } from '@retake/determinism'
import { createRedactor, type Redactor } from '@retake/redaction'
import { installTransport } from '@retake/transport'
import { ControlChannel } from './control-channel.ts'
import { Announcer } from './announcer.ts'
import { RecordSession } from './recording/record-session.ts'
import { ReplaySession } from './replaying/replay-session.ts'
import { TakeLibrary } from './replaying/take-library.ts'
import type { Session } from './session.ts'
import { sessionHeader } from './session-header.ts'
import type { Settings } from './settings/settings.ts'
import { TestSession } from './test-session.ts'

/** What the layers above add to a session when it starts. */
export interface StartOptions {
  readonly settings: Settings
  /** File of the recording worker. */
  readonly workerFile: URL
  /** Release of the SDK. */
  readonly sdk: string
  /** Installs triggers and carriers; called after the natives were patched. */
  readonly instrument: (patches: PatchRegistry, session: Session) => void
}

/** A session that runs, and how to stop it. */
export interface RunningSession {
  readonly session: RecordSession | ReplaySession | TestSession
  readonly settings: Settings
  /** Ends the session and takes every patch back. The process goes on. */
  stop(): void
}

const slot = shared<{ running: RunningSession | undefined }>('session', () => ({ running: undefined }))

/** The session that runs in this process, whichever copy of the SDK started it. */
export function runningSession(): RunningSession | undefined {
  return slot.running
}

/**
 * Starts the session of this process, synchronously. A second copy of the SDK in the process finds the first one's
 * session and leaves everything as it is.
 * @throws RetakeError when a replay has nothing to replay.
 */
export function startSession(options: StartOptions): RunningSession {
  if (slot.running !== undefined) return slot.running
  const { settings } = options
  const control = new ControlChannel(process.env['RETAKE_CONTROL'])
  const header = sessionHeader(options.sdk)
  const session = sessionIn(settings, header, options, control)
  const announcer = new Announcer(session, settings, control)
  session.notice = (level, text, code) => announcer.notice(level, text, code)
  announcer.hello()

  const patches = new PatchRegistry()
  const endMain = (): void => {
    if (mainScope.current === session.main) mainScope.current = undefined
  }
  mainScope.current = session.main
  installDeterminism(globalThis, patches)
  installTransport(patches, {
    ...session.seam,
    listening: (address) => {
      if (address.port === undefined) return
      endMain()
      session.listening()
      announcer.listening(address)
    },
  })
  options.instrument(patches, session)
  syncBuiltins()

  const running: RunningSession = {
    session,
    settings,
    stop: () => {
      endMain()
      announcer.end()
      patches.undoAll()
      syncBuiltins()
      slot.running = undefined
    },
  }
  announcer.endWithProcess(patches)
  slot.running = running
  return running
}

function sessionIn(settings: Settings, header: SessionHeader, options: StartOptions, control: ControlChannel): RunningSession['session'] {
  switch (settings.mode) {
    case 'record':
      return new RecordSession(settings, header, options.workerFile, control)
    case 'replay':
      return replaying(settings, control)
    case 'auto':
      // Tests name their cassettes themselves; a place of its own the process does not have.
      return new TestSession({
        record: () => new RecordSession({ ...settings, cassette: '' }, header, options.workerFile, control),
        replay: () => new ReplaySession(settings, undefined, redactorOf(settings), control),
      })
    case 'off':
      throw new TypeError('a session in mode off is never started')
  }
}

function replaying(settings: Settings, control: ControlChannel): ReplaySession {
  const cassette = openCassette(settings.cassette)
  const [session] = cassette.sessions
  if (session !== undefined) pinLocale(session.header)
  const replay = new ReplaySession(settings, new TakeLibrary(cassette, settings.cassette), redactorOf(settings), control)
  for (const warning of cassette.warnings) primordials.nextTick(() => replay.notice('warn', String(warning)))
  return replay
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
