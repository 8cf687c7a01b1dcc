/** What the engines of all modes have in common. */
import { createRequire } from 'node:module'
import {
  activeSpanIds,
  installCarriers,
  type InstalledCarriers,
  installHttpTriggers,
  installOffspring,
  watchJest,
} from '@retake/instrumentation'
import {
  type ControlChannel,
  loadSettings,
  processOrigin,
  type Mode,
  type RecordingParts,
  type RetakeConfig,
  type RunningSession,
  runTestFile,
  type Session,
  type Settings,
  startSession,
  type Validate,
} from '@retake/session'
import { failStart } from './fail-start.ts'
import { loadBundle } from './load-bundle.ts'

/** Makes the session of a mode. */
export type CreateSession = (settings: Settings, control: ControlChannel, parts: RecordingParts) => Session

const parts: RecordingParts = {
  sdk: process.env['RETAKE_BUILD_VERSION'] ?? '0.0.0',
  workerFile: new URL('./recording-thread.cjs', import.meta.url),
  recordHere: (order, tell, hook) => {
    const worker = loadBundle<typeof import('./recording-worker.ts')>('recording-worker')
    const succeeded = worker.exports.recordHere(order, tell, hook)
    worker.keepCode()
    return succeeded
  },
  runHook: (run, subject) => loadBundle<typeof import('./recording-worker.ts')>('recording-worker').exports.applyHook(run, subject),
}

/** The schema library is loaded only where there is a configuration to check. */
function validator(): Validate {
  return (createRequire(import.meta.url)('./config.js') as typeof import('./config.ts')).validateConfig
}

/**
 * Starts a session.
 * @param config What the caller asks for; over the environment and the configuration file.
 * @returns `undefined` in mode `off`.
 */
export function start(create: CreateSession, config: RetakeConfig & { readonly mode?: Mode } = {}): RunningSession | undefined {
  const environment = { ...process.env, ...processOrigin().environment }
  const settings = loadSettings(environment, process.cwd(), validator, config)
  if (settings.mode === 'off') return undefined
  const { telemetry } = settings
  return startSession({
    settings,
    environment,
    create: (merged, control) => create(merged, control, telemetry === 'off' ? parts : { ...parts, activeSpan: activeSpanIds }),
    instrument: (patches, session) => {
      let carriers: InstalledCarriers | undefined
      installHttpTriggers(patches, session.triggers, {
        appIds: telemetry !== 'off',
        ownIds: (scope) => carriers?.ownServerSpan?.(scope),
      })
      if (session.mode !== 'auto') watchJest(patches, { testFile: (file, run) => runTestFile(session, settings, file, run) })
      const onSpan = session.span?.bind(session)
      carriers = installCarriers(patches, onSpan === undefined ? { telemetry } : { telemetry, onSpan })
      // What a program or a test asks for is for its own process.
      if (config.mode === undefined && settings.mode !== 'auto')
        installOffspring(patches, session, { preload: new URL('./register.js', import.meta.url), settings, environment })
    },
  })
}

/** Starts the session that the environment and the configuration file ask for; ends the process where it cannot. */
export function startOrFail(create: CreateSession): void {
  try {
    start(create)
  } catch (error) {
    failStart(error)
  }
}
