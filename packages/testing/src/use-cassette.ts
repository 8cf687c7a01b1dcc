import { existsSync } from 'node:fs'
import { RetakeError, scopes } from '@retake/core'
import { cassettePlace } from './cassette-place.ts'
import { LiveCassette, NoCassette, type UsedCassette } from './cassette.ts'
import type { Hooks } from '@retake/session'
import { testHost } from './test-host.ts'
import type { CassetteMode, CassetteOptions } from './options.ts'

/**
 * Uses a cassette from here to the end of the enclosing block: outgoing calls of the code that runs in this async context
 * are recorded, or answered from the cassette.
 * @param name Path below the directory, without extension: `orders/create`.
 * @throws RetakeError `RETAKE_CASSETTE_MISSING` when there is nothing to replay, `RETAKE_USAGE` for a bad name.
 * @example
 * await using cassette = await useCassette('orders/create')
 */
export function useCassette(name: string, options: CassetteOptions = {}): Promise<UsedCassette> {
  // Nothing may be awaited before the scope is entered: after an await it would no longer be the caller's.
  try {
    const cassette = openCassetteFor(name, options)
    if (cassette.mode === 'off') return Promise.resolve(cassette)
    const before = scopes.getStore()
    cassette.run(() => scopes.getStore())
    scopes.enterWith(cassette.run(() => scopes.getStore())!)
    const { close } = cassette
    cassette.close = async (how) => {
      scopes.enterWith(before as NonNullable<typeof before>)
      return close.call(cassette, how)
    }
    return Promise.resolve(cassette)
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)))
  }
}

/**
 * Runs a function with a cassette. When the function fails nothing is written, and its error is the one that is seen.
 * @example
 * const order = await withCassette('orders/create', () => createOrder(db))
 */
export async function withCassette<T>(name: string, run: () => T | Promise<T>): Promise<T>
export async function withCassette<T>(name: string, options: CassetteOptions, run: () => T | Promise<T>): Promise<T>
export async function withCassette<T>(
  name: string,
  second: CassetteOptions | (() => T | Promise<T>),
  third?: () => T | Promise<T>,
): Promise<T> {
  const [options, run] = typeof second === 'function' ? [{}, second] : [second, third]
  if (run === undefined) throw new RetakeError('RETAKE_USAGE', 'withCassette was given no function to run.')
  const cassette = openCassetteFor(name, options)
  let result: T
  try {
    result = await cassette.run(run)
  } catch (error) {
    await cassette.close({ keep: false })
    throw error
  }
  await cassette.close()
  return result
}

function openCassetteFor(name: string, options: CassetteOptions): UsedCassette {
  const place = cassettePlace(options.directory ?? fromEnvironment('RETAKE_CASSETTE') ?? './cassettes', name)
  const mode = modeOf(options.mode ?? (fromEnvironment('RETAKE_MODE') as CassetteMode | undefined), place)
  if (mode === 'off') return new NoCassette(name, place)
  return new LiveCassette(name, place, testHost().open(name, place, mode, hooksOf(options)), options)
}

function hooksOf({ beforeSave, beforeReplay }: CassetteOptions): Hooks {
  return { ...(beforeSave && { beforeSave }), ...(beforeReplay && { beforeReplay }) }
}

/** An empty variable is one that is not set. */
function fromEnvironment(name: string): string | undefined {
  const value = process.env[name]
  return value === '' ? undefined : value
}

function modeOf(asked: CassetteMode | undefined, place: string): 'record' | 'replay' | 'off' {
  switch (asked) {
    case 'off':
    case 'record':
    case 'replay':
      return asked
    case 'all':
      return 'record'
    case 'none':
      return 'replay'
    case undefined:
    case 'auto':
    case 'once':
      return existsSync(place) ? 'replay' : recordOrFail(place)
    default:
      throw new RetakeError('RETAKE_MODE_INVALID', `${JSON.stringify(asked)} is no mode of a cassette.`, {
        remedy: 'Use auto, record, replay or off.',
      })
  }
}

/** In CI a cassette that is not there was forgotten; recording one would test nothing. */
function recordOrFail(place: string): 'record' {
  const ci = process.env['CI']
  if (ci === undefined || ci === '' || ci === 'false' || ci === '0') return 'record'
  throw new RetakeError('RETAKE_CASSETTE_MISSING', `There is no cassette ${place}, and CI is set.`, {
    remedy: 'Record it where the real services are, and commit it.',
  })
}
