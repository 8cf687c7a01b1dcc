import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'
import { screenOf } from '../terminal/screen.ts'
import { knownTakeId, openedCassette } from './opened-cassette.ts'
import { takeJson } from './take-json.ts'
import { takeText } from './take-text.ts'

export interface ShowOptions {
  readonly cassette: string
  /** Id of the take, or the beginning of it. */
  readonly take: string
  readonly json: boolean
}

/**
 * Prints one take.
 * @throws RetakeError `RETAKE_CASSETTE_*`, `RETAKE_TAKE_UNKNOWN`.
 */
export function show(options: ShowOptions, surroundings: Surroundings): ExitCode {
  const { stdout } = surroundings
  const cassette = openedCassette(options.cassette, surroundings)
  const ids = Array.from(cassette.takes, (take) => take.id)
  const take = cassette.take(knownTakeId(ids, options.take, options.cassette))
  const text = options.json ? JSON.stringify(takeJson(take), undefined, 2) : takeText(take, screenOf(stdout, surroundings.env))
  stdout.write(`${text}\n`)
  return exitCodes.passed
}
