import { RetakeError, type RetakeErrorCode } from '@retake/core'

/**
 * What the command's exit code means. Scripts rely on it; docs/cli.md lists it.
 *
 * - `passed`: all pass
 * - `failed`: some take failed, or the app crashed on the way
 * - `usage`: wrong command line or configuration, or a take that is not there
 * - `notStarted`: the app did not start
 * - `cassette`: the cassette cannot be read or written
 * - `bug`: an error that Retake did not foresee (`EX_SOFTWARE` of sysexits.h)
 */
export const exitCodes = { passed: 0, failed: 1, usage: 2, notStarted: 3, cassette: 4, bug: 70 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const byErrorCode: { readonly [code in RetakeErrorCode]?: ExitCode } = {
  RETAKE_USAGE: exitCodes.usage,
  RETAKE_CONFIG_INVALID: exitCodes.usage,
  RETAKE_MODE_INVALID: exitCodes.usage,
  RETAKE_TAKE_UNKNOWN: exitCodes.usage,
  RETAKE_KEY_WRONG: exitCodes.usage,
  RETAKE_KEY_WEAK: exitCodes.usage,
  RETAKE_APP_EXITED: exitCodes.notStarted,
  RETAKE_APP_NOT_LISTENING: exitCodes.notStarted,
  RETAKE_CASSETTE_MISSING: exitCodes.cassette,
  RETAKE_CASSETTE_CORRUPT: exitCodes.cassette,
  RETAKE_CASSETTE_VERSION: exitCodes.cassette,
  RETAKE_CASSETTE_FOREIGN: exitCodes.cassette,
  RETAKE_CASSETTE_UNWRITABLE: exitCodes.cassette,
}

/** Exit code for what a command threw. Errors of a kind that concerns single takes count as a failed take. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof RetakeError) return byErrorCode[error.code] ?? exitCodes.failed
  return exitCodes.bug
}
