import { backgroundTimers, kindsOnRequest, mainScope, PatchRegistry, shared } from '@retake/core'
import { install as installDeterminism, syncBuiltins, watchUncontrolled } from '@retake/determinism'
import { installTransport } from '@retake/transport'
import { ControlChannel } from './control-channel.ts'
import { Announcer } from './announcer.ts'
import { TimerWatch } from './background/timer-watch.ts'
import { watchProcessEnd } from './process-end.ts'
import type { Session } from './session.ts'
import type { Settings } from './settings/settings.ts'
import { processOrigin } from './origin.ts'
import { endThreads, endWhenAsked, hasEnded } from './thread-ends.ts'
import { keepTickShape } from './tick-shape.ts'

/** What the layers above add to a session when it starts. */
export interface StartOptions {
  readonly settings: Settings
  /** What the process was started with. @default `process.env` */
  readonly environment?: { readonly [name: string]: string | undefined }
  /** Makes the session of the mode: each mode is a bundle of its own, so that a process loads what it needs. */
  readonly create: (settings: Settings, control: ControlChannel) => Session
  /** Installs triggers and carriers; called after the natives were patched. */
  readonly instrument: (patches: PatchRegistry, session: Session) => void
}

/** A session that runs, and how to stop it. */
export interface RunningSession {
  readonly session: Session
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
  const { settings, environment = process.env } = options
  const control = new ControlChannel(environment['RETAKE_CONTROL'])
  const session = options.create(settings, control)
  const announcer = new Announcer(session, settings, control, environment['RETAKE_STATS'])
  session.notice = (level, text, code) => announcer.notice(level, text, code)
  announcer.hello()

  const patches = new PatchRegistry()
  const endMain = (): void => {
    if (mainScope.current === session.main || mainScope.current === session.main?.asMuted) mainScope.current = undefined
  }
  mainScope.current = session.main
  if (session.background !== undefined) {
    backgroundTimers.current = new TimerWatch(session.background)
    patches.onUndo(() => (backgroundTimers.current = undefined))
  }
  const onRequest = kindsOnRequest.filter((kind) => settings.draws[kind] !== 'off')
  installDeterminism(globalThis, patches, { onRequest })
  if (session.mode !== 'record') watchUncontrolled(globalThis, patches, onRequest)
  installTransport(patches, {
    ...session.seam,
    listening: (address) => {
      if (address.port === undefined) return
      if (!session.listening()) return
      endMain()
      announcer.listening(address)
    },
  })
  options.instrument(patches, session)
  syncBuiltins()
  keepTickShape(patches)

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
  const isRecording = session.mode === 'record'
  const { end } = processOrigin()
  const finish = (exitCode?: number): void => {
    if (isRecording) endThreads()
    announcer.end(exitCode)
    if (end !== undefined) hasEnded(end)
  }
  watchProcessEnd(patches, finish)
  if (end !== undefined && isRecording) endWhenAsked(end, finish)
  slot.running = running
  return running
}
