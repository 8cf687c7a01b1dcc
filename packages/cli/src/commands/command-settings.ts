import path from 'node:path'
import { defaults, loadSettings, type RuleSettings, validateConfig, type Settings } from '@retake/session'
import type { Surroundings } from '../surroundings.ts'
import { requireSafePatterns } from './safe-patterns.ts'

/** What commands need of the configuration. The place of the cassette is as it was written, for messages. */
export interface CommandSettings extends Pick<
  Settings,
  'cassette' | 'startTimeoutMs' | 'redact' | 'match' | 'key' | 'previousKeys' | 'telemetry' | 'beforeSave' | 'beforeReplay'
> {
  /** Absolute. */
  readonly configFile: string | undefined
  /** What is said about differences, for all takes and for some. */
  readonly rules: RuleSettings
}

/**
 * Settings of a command: its options over the environment over the configuration file over the defaults.
 * Spans are our own unless somebody decided otherwise: who records by command looks at what was recorded.
 * @throws RetakeError `RETAKE_CONFIG_INVALID`, so that a wrong configuration is found before an app is started.
 */
export function commandSettings(
  { env, workingDirectory }: Surroundings,
  options: { readonly cassette?: string; readonly config?: string },
): CommandSettings {
  // The mode is the command's: one that the shell has left over must not stop it.
  const { RETAKE_MODE: _, ...environment } = env
  const named = options.config === undefined ? environment : { ...environment, RETAKE_CONFIG: options.config }
  const settings = loadSettings(named, workingDirectory, () => validateConfig, {}, { ...defaults, telemetry: 'own' })
  const { startTimeoutMs, redact, match, key, previousKeys, telemetry, beforeSave, beforeReplay } = settings
  const configFile = settings.configFile === undefined ? undefined : path.resolve(workingDirectory, settings.configFile)
  requireSafePatterns(settings, options.config ?? settings.configFile ?? 'the configuration')
  return {
    cassette: options.cassette ?? settings.cassette,
    startTimeoutMs,
    redact,
    match,
    key,
    previousKeys,
    telemetry,
    beforeSave,
    beforeReplay,
    configFile,
    rules: settings,
  }
}
