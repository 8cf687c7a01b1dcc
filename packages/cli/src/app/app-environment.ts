import path from 'node:path'
import { preloadOption } from '@retake/core'

/** What the app is told through its environment. */
export interface AppEnvironmentOptions {
  readonly mode: 'record' | 'replay'
  /** Place of the cassette: made absolute, since the app may change its directory. `s3://` and the like stay. */
  readonly cassette: string
  readonly configFile: string | undefined
  /** Where the app reports to. */
  readonly control: string
  /** Whose spans; what the app's configuration says where it is not given. */
  readonly telemetry?: 'app' | 'own' | 'off'
  readonly preload: URL
  readonly workingDirectory: string
}

/**
 * The environment of the app: the caller's own, with Retake preloaded and told what to do.
 * The preload comes before others of NODE_OPTIONS: a module that took natives apart before us would keep them.
 */
export function appEnvironment(env: Readonly<Record<string, string | undefined>>, options: AppEnvironmentOptions): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) if (value !== undefined) result[name] = value
  const preload = preloadOption(options.preload)
  const others = (env['NODE_OPTIONS'] ?? '').replaceAll(preload, '').trim()
  result['NODE_OPTIONS'] = others === '' ? preload : `${preload} ${others}`
  result['RETAKE_MODE'] = options.mode
  result['RETAKE_CASSETTE'] = absolutePlace(options.cassette, options.workingDirectory)
  result['RETAKE_CONTROL'] = options.control
  if (options.telemetry !== undefined) result['RETAKE_TELEMETRY'] = options.telemetry
  if (options.configFile !== undefined) result['RETAKE_CONFIG'] = path.resolve(options.workingDirectory, options.configFile)
  return result
}

/** A place as an absolute path; URLs stay as they are. */
export function absolutePlace(place: string, workingDirectory: string): string {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(place) ? place : path.resolve(workingDirectory, place)
}
