import path from 'node:path'
import type { Settings } from '@retake/session'

type Environment = { readonly [name: string]: string | undefined }

/** Variables that name a file or folder: what is started may run elsewhere. */
const placeNames = ['RETAKE_CASSETTE', 'RETAKE_CONFIG', 'RETAKE_STATS']

/**
 * What a process or thread needs to know that this one starts, to do as this one does.
 * @param environment What this one was started with.
 */
export function inheritedEnvironment(environment: Environment, settings: Settings): { readonly [name: string]: string } {
  const inherited: { [name: string]: string } = { RETAKE_MODE: settings.mode, RETAKE_CASSETTE: settings.cassette }
  if (settings.configFile !== undefined) inherited['RETAKE_CONFIG'] = settings.configFile
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith('RETAKE_') && value !== undefined && value !== '') inherited[name] = value
  }
  for (const name of placeNames) {
    const place = inherited[name]
    if (place !== undefined && !/^[a-z0-9]+:\/\//i.test(place)) inherited[name] = path.resolve(place)
  }
  return inherited
}

/** Whether options of Node (`process.execArgv`, `NODE_OPTIONS`, a whole command line) have the preload already. */
export function hasPreload(words: readonly string[]): boolean {
  return words.some((word) => /(?:^|[/\\=\s"])retake[/\\](?:dist[/\\])?register(?:\.js)?(?:["\s]|$)/.test(word))
}
