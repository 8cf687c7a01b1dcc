import path from 'node:path'
import type { CallPolicy } from '@retake/core'
import { loadSettings, validateConfig } from '@retake/session'
import type { Surroundings } from '../surroundings.ts'

/** What commands need of the configuration. */
export interface CommandSettings {
  /** As it was written, for messages. */
  readonly cassette: string
  readonly configFile: string | undefined
  readonly calls: CallPolicy
  readonly startTimeoutMs: number
}

/**
 * Settings of a command: its options over the environment over the configuration file over the defaults.
 * @throws RetakeError `RETAKE_CONFIG_INVALID`, so that a wrong configuration is found before an app is started.
 */
export function commandSettings(
  { env, workingDirectory }: Surroundings,
  options: { readonly cassette?: string; readonly config?: string },
): CommandSettings {
  // The mode is the command's: one that the shell has left over must not stop it.
  const { RETAKE_MODE: _, ...environment } = env
  const named = options.config === undefined ? environment : { ...environment, RETAKE_CONFIG: options.config }
  const settings = loadSettings(named, workingDirectory, () => validateConfig)
  const configFile = settings.configFile === undefined ? undefined : path.resolve(workingDirectory, settings.configFile)
  return { cassette: options.cassette ?? settings.cassette, configFile, calls: settings.calls, startTimeoutMs: settings.startTimeoutMs }
}
