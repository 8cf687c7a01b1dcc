import { RetakeError } from '@retake/core'
import { CassetteSecrets } from '@retake/session'
import type { ExitCode } from '../exit-code.ts'
import { bake } from '../bake/bake.ts'
import { learn } from '../learn/learn.ts'
import { replayLive } from '../replay/replay-live.ts'
import { replayRequests } from '../replay/replay-requests.ts'
import { replayScript } from '../replay/replay-script.ts'
import { selectTakes } from '../replay/select-takes.ts'
import type { TakeOrder } from '../replay/take-order.ts'
import type { Surroundings } from '../surroundings.ts'
import { recordedCommand, type Command } from './command-words.ts'
import type { CommandSettings } from './command-settings.ts'
import { openedCassette, requireWhole } from './opened-cassette.ts'

export interface ReplayOptions extends CommandSettings {
  /** The recorded one where it is `undefined`. */
  readonly command: Command | undefined
  readonly takes: readonly string[]
  readonly filter: string | undefined
  readonly trace: string | undefined
  readonly order: TakeOrder
  readonly concurrency: number
  readonly timeoutMs: number
  readonly bail: boolean
  readonly verbose: boolean
  readonly json: boolean
  /** Learn what differs between two replays; `yes`: without a question. */
  readonly learn: { readonly yes: boolean } | undefined
  /** Store what follows from surrogates. */
  readonly bake: boolean
  /** An app that runs already, without Retake. */
  readonly url: URL | undefined
}

/** A replay whose command is settled. */
export interface ReplayRun extends ReplayOptions {
  readonly command: Command
  /** Nobody typed it. */
  readonly isRecordedCommand: boolean
}

/**
 * Runs the app with its dependencies switched off, and compares what it does with the recording.
 * @throws RetakeError `RETAKE_CASSETTE_*`, `RETAKE_TAKE_UNKNOWN`, `RETAKE_USAGE`, `RETAKE_APP_EXITED`,
 *   `RETAKE_APP_NOT_LISTENING`.
 */
export async function replay(options: ReplayOptions, surroundings: Surroundings): Promise<ExitCode> {
  const cassette = openedCassette(options.cassette, surroundings)
  requireWhole(cassette)
  const secrets = new CassetteSecrets(cassette, options)
  const selected = selectTakes(cassette, { place: options.cassette, ...options })
  if (options.url !== undefined) return replayLive({ cassette, secrets, selected }, { ...options, url: options.url }, surroundings)
  const command = options.command ?? recordedCommand(cassette.sessions.map((session) => session.header))
  const run: ReplayRun = { ...options, command, isRecordedCommand: options.command === undefined }
  if (selected.kind === 'script') {
    if (options.learn !== undefined || options.bake) {
      const option = options.bake ? 'bake' : 'learn'
      throw new RetakeError('RETAKE_USAGE', `A script answers nobody: there is nothing in it that \`--${option}\` could compare.`)
    }
    return replayScript(cassette.take(selected.id), cassette.warnings, run, surroundings)
  }
  const requests = { cassette, secrets, ids: selected.ids }
  if (options.bake) return bake(requests, run, surroundings)
  return options.learn === undefined ? replayRequests(requests, run, surroundings) : learn(requests, run, surroundings)
}
