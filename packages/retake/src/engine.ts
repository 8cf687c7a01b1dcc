/** The engine, loaded only where a session starts. Internal: the public entries reach it by file name. */
import { createRequire } from 'node:module'
import { installCarriers, installHttpTriggers } from '@retake/instrumentation'
import { loadSettings, type Mode, type RetakeConfig, type RunningSession, runningSession, startSession, type Validate } from '@retake/session'
import { RetakeError } from '@retake/core'
import type { TestHost } from '@retake/testing'
import { failStart } from './fail-start.ts'

const sdk = process.env['RETAKE_BUILD_VERSION'] ?? '0.0.0'

function validator(): Validate {
  return (createRequire(import.meta.url)('./config.js') as typeof import('./config.ts')).validateConfig
}

/** Starts the session that the environment and the configuration file ask for; ends the process where it cannot. */
export function startFromEnvironment(): void {
  try {
    start({})
  } catch (error) {
    failStart(error)
  }
}

/**
 * Starts a session.
 * @param config What the caller asks for; over the environment and the configuration file.
 * @returns `undefined` in mode `off`.
 */
export function start(config: RetakeConfig & { readonly mode?: Mode }): RunningSession | undefined {
  const settings = loadSettings(process.env, process.cwd(), validator, config)
  if (settings.mode === 'off') return undefined
  return startSession({
    settings,
    sdk,
    workerFile: new URL('./recording-worker.js', import.meta.url),
    instrument: (patches, session) => {
      installHttpTriggers(patches, session.triggers)
      installCarriers(patches, { telemetry: settings.telemetry })
    },
  })
}

/** The session that runs the cassettes of this process's tests: the one that is there, or a new one of its own. */
export function testHost(): TestHost {
  const running = runningSession() ?? start({ mode: 'auto' })
  if (running === undefined) throw new RetakeError('RETAKE_USAGE', 'The session is off.')
  return running.session
}
