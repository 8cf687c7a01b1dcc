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
  if (failed.length > 0) lines.push('', ...nextLines(failed, run, screen))
  return lines.join('\n')
}

/** What to do with a failure: look, repeat, allow, accept. */
function nextLines(failed: readonly TakeResult[], { command, cassette, rearranged }: RunResult, { palette, width }: Screen): string[] {
  const take = failed[0]?.take ?? ''
  const app = command === undefined ? '' : ` -- ${escaped(command)}`
  const place = cassette === './cassettes' ? '' : ` --cassette ${escaped(/\s/.test(cassette) ? JSON.stringify(cassette) : cassette)}`
  const commands = [
    [`retake show ${take}${place}`, 'what was recorded'],
    [`retake replay ${take} --verbose${place}${app}`, 'that take alone, with what the app prints'],
    ...(rearranged === true ? [[`retake replay${place}${app}`, 'the takes as recorded: apps keep things in memory between them']] : []),
    ...(failed.some(isDrift) ? [[`retake replay --learn${place}${app}`, 'values that differ in every run of the same code']] : []),
    [`retake record${place}${app === '' ? ' -- <command>' : app}`, 'the change is wanted: record again'],
  ] as const
  const longest = Math.max(...commands.map(([text]) => text.length))
  // What fits on a line stands there; otherwise the explanation comes first, so that the command can be copied whole.
  const isWide = longest + 4 + Math.max(...commands.map(([, why]) => why.length)) <= width
  return [
    palette.bold('Next'),
    ...commands.flatMap(([text, why]) =>
      isWide
        ? [`  ${palette.cyan(text.padEnd(longest))}  ${palette.dim(why)}`]
        : [`  ${palette.dim(`${why}:`)}`, `    ${palette.cyan(text)}`],
    ),
  ]
}

/** Whether nothing but values differs: it may be drift rather than a change. */
function isDrift({ verdict, account }: TakeResult): boolean {
  const differences = verdict?.differences ?? []
  return differences.length > 0 && differences.every(({ class: what }) => drifting.has(what)) && (account?.missed.length ?? 0) === 0
}

const drifting: ReadonlySet<string> = new Set(['value', 'format', 'time', 'reference', 'order', 'bytes'])

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
