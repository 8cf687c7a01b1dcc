import { escaped } from '@retake/matching'
import { counted, durationText } from './quantities.ts'
import { failedTakes, type RunResult, type TakeResult } from './run-result.ts'
import type { Screen } from './screen.ts'
import { askedCalls, renderTakeLine } from './take-line.ts'

const mostFailed = 20

/** The end of a run: what failed, how many passed, what the calls did, how long it took. */
export function renderSummary(run: RunResult, screen: Screen): string {
  const { palette } = screen
  const failed = failedTakes(run)
  const passed = run.takes.length - failed.length
  const lines: string[] = []
  if (failed.length > 0) {
    lines.push(
      palette.bold('Failed'),
      ...failed.slice(0, mostFailed).map((result) => `  ${renderTakeLine(result, { palette, width: screen.width - 2 })}`),
    )
    if (failed.length > mostFailed) lines.push(palette.dim(`  … ${failed.length - mostFailed} more`))
    lines.push('')
  }
  lines.push(`${palette.bold('Takes')}  ${takesText(passed, failed.length, run, screen)}`)
  const calls = callsText(run)
  if (calls !== '') lines.push(`${palette.bold('Calls')}  ${calls}`)
  lines.push(`${palette.bold('Time ')}  ${timeText(run)}`, palette.dim(`       ${escaped(run.cassette)}`))
  if (run.takes.length === 0) lines.push(palette.yellow('Nothing was compared: no take was selected.'))
  return lines.join('\n')
}

function takesText(passed: number, failed: number, run: RunResult, { palette }: Screen): string {
  const warned = run.takes.filter(({ decision }) => decision.pass && decision.warnings.length > 0).length
  return [
    passed > 0 ? palette.green(`${passed} passed`) : `${passed} passed`,
    ...(failed > 0 ? [palette.red(`${failed} failed`)] : []),
    ...(warned > 0 ? [palette.yellow(`${warned} with warnings`)] : []),
    ...((run.notRun ?? 0) > 0 ? [palette.yellow(`${run.notRun} not run`)] : []),
  ].join(', ')
}

function callsText({ takes }: RunResult): string {
  const sum = (count: (account: NonNullable<TakeResult['account']>) => number): number =>
    takes.reduce((total, { account }) => total + (account === undefined ? 0 : count(account)), 0)
  const asked = takes.reduce((total, result) => total + askedCalls(result), 0)
  const parts: readonly (readonly [number, string])[] = [
    [sum(({ missed }) => missed.length), 'not recorded'],
    [sum(({ missing }) => missing.length), 'missing'],
    [sum(({ changed }) => changed.length), 'changed'],
    [sum(({ borrowed }) => borrowed.length), 'borrowed'],
    [sum(({ repeated }) => repeated.length), 'repeated'],
    [sum(({ blocked }) => blocked.length), 'refused'],
  ]
  if (asked === 0 && parts.every(([count]) => count === 0)) return ''
  return [counted(asked, 'call'), ...parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)].join(', ')
}

function timeText({ takes, durationMs }: RunResult): string {
  const recorded = takes.reduce((total, { recordedDurationMs }) => total + (recordedDurationMs ?? 0), 0)
  return recorded > 0 ? `${durationText(durationMs)} (recorded in ${durationText(recorded)})` : durationText(durationMs)
}
