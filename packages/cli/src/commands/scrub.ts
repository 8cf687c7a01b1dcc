import { openCassette } from '@retake/cassette'
import { RetakeError } from '@retake/core'
import { escaped } from '@retake/matching'
import { counted } from '@retake/report'
import { type Scrubbed, scrubSession, type Settings } from '@retake/session'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'
import { screenOf } from '../terminal/screen.ts'
import { openedCassette } from './opened-cassette.ts'

const { randomBytes } = process.getBuiltinModule('node:crypto')

export interface ScrubOptions extends Pick<Settings, 'redact' | 'match' | 'beforeSave'> {
  readonly cassette: string
  /** Without it nothing is written: what would be replaced is only told. */
  readonly write: boolean
  readonly json: boolean
}

/** What was, or would be, replaced in one file. */
interface ScrubbedFile {
  readonly file: string
  readonly replaced: readonly Scrubbed[]
}

/**
 * Applies the rules that hold now to takes that were recorded before. Each file is written anew beside the old one, and takes
 * its place when it is complete; what was replaced cannot be brought back.
 * @throws RetakeError `RETAKE_CASSETTE_*`; files that come after the one that failed are as they were.
 */
export function scrub(options: ScrubOptions, surroundings: Surroundings): ExitCode {
  const { stdout, stderr } = surroundings
  const files: string[] = []
  const cassette = openedCassette(options.cassette, surroundings)
  for (const { file } of cassette.sessions) {
    if (file.endsWith('.retake')) files.push(file)
    else stderr.write(`retake: ${escaped(file)} is left as it is: its session has not ended\n`)
  }
  cassette.close()
  const key = randomBytes(32)
  const scrubbed = files.map((file) => scrubFile(file, options, key))
  const places = scrubbed.flatMap(({ replaced }) => replaced)
  if (options.json) {
    stdout.write(`${JSON.stringify({ written: options.write, files: scrubbed }, undefined, 2)}\n`)
    return exitCodes.passed
  }
  const { palette } = screenOf(stdout, surroundings.env)
  for (const { take, place, counts } of places) {
    const what = Object.entries(counts).map(([detector, count]) => (count === 1 ? detector : `${detector} (${count})`))
    stdout.write(`${escaped(take ?? 'session')}  ${escaped(place)}: ${escaped(what.join(', '))}\n`)
  }
  const count = places.reduce((sum, { counts }) => sum + Object.values(counts).reduce((all, one) => all + one, 0), 0)
  const verb = options.write ? 'replaced' : 'would be replaced'
  stdout.write(`${counted(count, 'secret')} ${verb} in ${counted(files.length, 'file')}\n`)
  if (!options.write && count > 0) stdout.write(palette.dim('Nothing was written. `retake scrub --write` replaces them for good.\n'))
  return exitCodes.passed
}

function scrubFile(file: string, options: ScrubOptions, key: Uint8Array): ScrubbedFile {
  // What there is to replace is found first: a file without it is not touched.
  const replaced = scrubbedIn(file, options, key)
  if (options.write && replaced.length > 0) scrubbedIn(file, options, key, file)
  return { file, replaced }
}

function scrubbedIn(file: string, options: ScrubOptions, key: Uint8Array, place?: string): Scrubbed[] {
  const cassette = openCassette(file)
  try {
    const [lost] = cassette.warnings
    if (lost !== undefined) {
      throw new RetakeError('RETAKE_CASSETTE_CORRUPT', `${file} is not whole, and is left as it is: ${lost}.`, { details: { file } })
    }
    return scrubSession(cassette, options, key, place)
  } finally {
    cassette.close()
  }
}
