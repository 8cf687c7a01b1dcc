import { performance } from 'node:perf_hooks'
import type { Cassette } from '@retake/cassette'
import { RetakeError } from '@retake/core'
import type { TakeResult } from '@retake/report'
import type { CassetteSecrets } from '@retake/session'
import { endText } from '../app/app-process.ts'
import { commandText } from '../commands/command-words.ts'
import type { ReplayRun } from '../commands/replay.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'
import { Interruption } from './interruption.ts'
import { judgedTake } from './judged-take.ts'
import { ReplayOutput } from './replay-output.ts'
import { replayTakes, type HttpTake } from './replay-takes.ts'
import { ReplayedApp } from './replayed-app.ts'
import { RunNoise } from './run-noise.ts'

/** What is replayed. */
export interface RequestsToReplay {
  readonly cassette: Cassette
  readonly secrets: CassetteSecrets
  /** Takes that began with a request, in the order in which they are sent. */
  readonly ids: readonly string[]
}

/**
 * Starts the app, sends it the takes, compares, reports, and stops the app, whatever happens.
 * @throws RetakeError `RETAKE_APP_EXITED`, `RETAKE_APP_NOT_LISTENING`.
 */
export async function replayRequests(
  { cassette, secrets, ids }: RequestsToReplay,
  run: ReplayRun,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const startedAt = performance.now()
  const output = new ReplayOutput(run, ids.length, cassette.warnings, surroundings)
  const interruption = new Interruption(surroundings)
  output.starting(run.isRecordedCommand)
  const app = await ReplayedApp.start(surroundings, { ...run, ...output.appListeners })
  interruption.stops(app)
  const noise = new RunNoise(cassette, ids, (take) => secrets.open(take))
  const results: TakeResult[] = []
  const crashed: string[] = []
  const end = (notRun: number): void => {
    output.end({
      results,
      notRun,
      durationMs: performance.now() - startedAt,
      outside: app.outsideTakes(),
      interrupted: interruption.happened,
    })
  }
  try {
    await app.listening(run.startTimeoutMs)
    const notRun = await replayTakes(app, {
      ids,
      take: (id) => secrets.open(cassette.take(id)) as HttpTake,
      concurrency: run.concurrency,
      timeoutMs: run.timeoutMs,
      interrupted: () => interruption.happened,
      onTake: (replayed) => {
        const result = judgedTake(replayed, { rules: run.rules, secrets, noise })
        results.push(result)
        if (!result.decision.pass && !secrets.opened) output.sawRedacted(replayed.take.redactions)
        if (replayed.crashed) crashed.push(`${result.method} ${result.target} (${result.take})`)
        output.take(result)
        return result.decision.pass || !run.bail
      },
    })
    // Looked at before the app is told to end: only an end of its own is a crash.
    const crash = interruption.happened ? undefined : app.end
    await app.stop()
    if (crash !== undefined) output.trouble(crashText(run, endText(crash), crashed, app))
    end(notRun.length)
    const passed = results.every((result) => result.decision.pass) && notRun.length === 0 && crash === undefined
    return passed ? exitCodes.passed : exitCodes.failed
  } catch (error) {
    // An app that was told to end before it listened did nothing wrong.
    if (!interruption.happened) throw error
    await app.stop()
    end(ids.length)
    return exitCodes.failed
  } finally {
    interruption.over()
    await app.stop()
  }
}

function crashText({ command }: ReplayRun, how: string, crashed: readonly string[], app: ReplayedApp): string {
  const when = crashed.length === 0 ? 'between two takes' : `while it answered ${crashed.join(', ')}`
  return `retake: ${new RetakeError('RETAKE_APP_CRASHED', `\`${commandText(command)}\` ended ${when}: ${how}.${app.lastWords()}`).message}`
}
