import { writeSync } from 'node:fs'
import { RetakeError } from '@retake/core'

/** Exit codes of a process whose session cannot start, the same as the command's. */
const exitCodes: { readonly [code: string]: number } = {
  RETAKE_CONFIG_INVALID: 2,
  RETAKE_MODE_INVALID: 2,
  RETAKE_CASSETTE_MISSING: 4,
  RETAKE_CASSETTE_CORRUPT: 4,
  RETAKE_CASSETTE_VERSION: 4,
  RETAKE_CASSETTE_FOREIGN: 4,
  RETAKE_CASSETTE_UNWRITABLE: 2,
}

/** Says why the session cannot start and ends the process: an app that ran on would run against the live world. */
export function failStart(error: unknown): never {
  const code = error instanceof RetakeError ? error.code : undefined
  const text = error instanceof Error ? (code === undefined ? (error.stack ?? error.message) : error.message) : String(error)
  writeSync(2, `retake: ${text}\n`)
  process.exit((code === undefined ? undefined : exitCodes[code]) ?? 1)
}
