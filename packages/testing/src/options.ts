import type { CallPolicy } from '@retake/core'
import type { InteractionHook } from '@retake/session'

/**
 * Whether a cassette is replayed or recorded. `auto`: replayed where it exists, recorded where not; with `CI` set, what
 * does not exist is an error. The names of VCR are accepted: `once` is `auto`, `none` is `replay`, `all` is `record`.
 */
export type CassetteMode = 'auto' | 'record' | 'replay' | 'off' | 'once' | 'none' | 'all'

/** Options of one cassette. */
export interface CassetteOptions {
  /** @default `RETAKE_MODE` where it is set, else 'auto' */
  readonly mode?: CassetteMode
  /** Directory under which the cassette's name is a path. @default `RETAKE_CASSETTE`, else './cassettes' */
  readonly directory?: string
  /** Which deviations of the calls fail the test when the cassette is closed. @default 'writes' */
  readonly calls?: CallPolicy
  /**
   * Recorded calls that the test did not make: `fail` counts every one, `warn` only says so.
   * @default by `calls`
   */
  readonly unused?: 'fail' | 'warn'
  /**
   * Sees each interaction after redaction and before it is written. Runs in the test's process, when the cassette is closed.
   * @default `beforeSave` of the configuration
   * @throws RetakeError `RETAKE_HOOK_FAILED` from `close()`, and nothing is written.
   */
  readonly beforeSave?: InteractionHook
  /**
   * Sees each interaction before calls are compared with it.
   * @default `beforeReplay` of the configuration
   */
  readonly beforeReplay?: InteractionHook
}
