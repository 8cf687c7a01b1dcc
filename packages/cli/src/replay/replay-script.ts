import { performance } from 'node:perf_hooks'
import { verdictOf, type Verdict } from '@retake/comparison'
import { RetakeError, type Take } from '@retake/core'
import { endText, type AppEnd } from '../app/app-process.ts'
import { commandText } from '../commands/command-words.ts'
import type { ReplayRun } from '../commands/replay.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'
import { Interruption } from './interruption.ts'
import { ReplayOutput } from './replay-output.ts'
import { ReplayedApp } from './replayed-app.ts'

/**
 * Runs a script once with its dependencies switched off. It passes when it ends with the recorded exit code and its calls
 * are the recorded ones.
 * @throws RetakeError `RETAKE_APP_EXITED` when it could not be started.
 */
export async function replayScript(take: Take, warnings: readonly string[], run: ReplayRun, surroundings: Surroundings): Promise<ExitCode> {
  const output = new ReplayOutput(run, 1, warnings, surroundings)
  const interruption = new Interruption(surroundings)
  output.starting(run.isRecordedCommand)
  const startedAt = performance.now()
  const app = await ReplayedApp.start(surroundings, { ...run, ...output.appListeners })
  interruption.stops(app)
  try {
    const end = await app.finished()
    if (end.kind === 'failure')
      throw new RetakeError('RETAKE_APP_EXITED', `\`${commandText(run.command)}\` could not be started: ${endText(end)}.`)
    const account = app.knownAccount(take.id)
    const verdict = exitVerdict(take, end, account !== undefined)
    const durationMs = performance.now() - startedAt
    const decision = verdictOf({ verdict, account, calls: run.rules.calls, deviations: run.rules.deviations })
    const result = {
      take: take.id,
      method: 'RUN',
      target: commandText(run.command),
      status: undefined,
      recordedStatus: undefined,
      durationMs,
      recordedDurationMs: take.durationMs,
      verdict,
      account,
      decision,
    }
    if (interruption.happened) {
      output.end({ results: [], notRun: 1, durationMs, outside: [], interrupted: true })
      return exitCodes.failed
    }
    output.take(result)
    if (!decision.pass) output.trouble(`retake: ${endText(end)}.${app.lastWords()}`)
    output.end({ results: [result], notRun: 0, durationMs, outside: [], interrupted: false })
    return decision.pass ? exitCodes.passed : exitCodes.failed
  } finally {
    interruption.over()
    await app.stop()
  }
}

function exitVerdict({ trigger }: Take, end: AppEnd, accounted: boolean): Verdict {
  const differences: Verdict['differences'][number][] = []
  const recorded = trigger.kind === 'process' ? trigger.exitCode : undefined
  const replayed = end.kind === 'exited' ? String(end.code) : endText(end)
  // A recording that was cut short does not know how the script would have ended.
  if (recorded !== undefined && String(recorded) !== replayed) {
    differences.push({ path: 'exit code', class: 'value', recorded: String(recorded), replayed, reason: 'the script ended otherwise' })
  }
  if (!accounted) {
    differences.push({
      path: 'calls',
      class: 'missing',
      recorded: undefined,
      replayed: undefined,
      reason: 'the script did not tell what it called',
    })
  }
  return { pass: differences.length === 0, differences, more: false }
}
