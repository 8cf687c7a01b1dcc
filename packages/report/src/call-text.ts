import { type AccountedCall, type CallDifference, moreDrawn, type TakeAccount } from '@retake/core'
import { escaped, shortened } from '@retake/matching'
import { valueLines } from './difference-text.ts'
import type { Screen } from './screen.ts'

const mostCalls = 5
const mostDifferences = 6
/** Explanations of misses shown whole; they are some fifteen lines each. */
const mostExplanations = 2

/** What the calls of a take did that they did not do when it was recorded; each change once, with its own difference. */
export function renderCalls(account: TakeAccount, screen: Screen): string[] {
  const missed = folded(account.missed)
  const changed = missed.filter(({ call }) => call.differences !== undefined)
  const unknown = missed.filter(({ call }) => call.differences === undefined)
  return [
    ...changedLines('call changed: nothing recorded answers it', changed, screen),
    ...missedLines(unknown, screen),
    ...callLines('recorded, but not called', account.missing, screen),
    ...changedLines('call changed: equal only by which draw it carries', folded(account.changed), screen),
    ...callLines('answered from another take', account.borrowed, screen),
    ...callLines('answered again with the last answer', account.repeated, screen),
    ...callLines('not recorded, and given up when a timer fired', account.givenUp ?? [], screen),
    ...textLines('connections refused', account.blocked, screen),
    ...textLines('draws beyond the recorded ones', account.draws.exhausted.map(moreDrawn), screen),
    ...textLines(
      'generated anew, as keys are not recorded without `draws: { key }`',
      (account.draws.withheld ?? []).map(({ kind, count, after }) => `${kind} × ${count}, after ${after}`),
      screen,
    ),
    ...textLines('another order than recorded', account.draws.diverged, screen),
  ]
}

/** A call, and how often it was made: clients try again. */
interface Folded {
  readonly call: AccountedCall
  readonly times: number
}

function folded(calls: readonly AccountedCall[]): readonly Folded[] {
  const byCall = new Map<string, { call: AccountedCall; times: number }>()
  for (const call of calls) {
    const key = `${call.protocol}\n${call.label}\n${call.effect}`
    const same = byCall.get(key)
    if (same === undefined) byCall.set(key, { call, times: 1 })
    // Another attempt at the same call says nothing new; another call with the same label does.
    else if (call.differences === undefined || JSON.stringify(call.differences) === JSON.stringify(same.call.differences)) same.times++
    else byCall.set(`${key}\n${byCall.size}`, { call, times: 1 })
  }
  return [...byCall.values()]
}

function changedLines(title: string, calls: readonly Folded[], screen: Screen): string[] {
  if (calls.length === 0) return []
  const { palette, width } = screen
  const left = calls.length - mostCalls
  return [
    `  ${palette.bold(title)}`,
    ...calls
      .slice(0, mostCalls)
      .flatMap(({ call, times }) => [
        `    ${line(callText(call, times), screen)}`,
        ...(call.differences ?? []).slice(0, mostDifferences).flatMap((difference) => differenceLines(difference, screen)),
        ...(call.drawn === undefined ? [] : [`      ${palette.dim(shortened(escaped(call.drawn), width - 6))}`]),
        ...furtherLines((call.differences ?? []).length - mostDifferences, screen),
      ]),
    ...(left > 0 ? [palette.dim(`    … ${left} more`)] : []),
  ]
}

function furtherLines(left: number, { palette }: Screen): string[] {
  return left > 0 ? [palette.dim(`      … ${left} further differences`)] : []
}

/** `params[0]  4200 → 4300`, or a line for each side where that is too long. */
function differenceLines({ path, recorded, asked }: CallDifference, { palette, width }: Screen): string[] {
  const name = shortened(escaped(path), width - 10)
  if (recorded !== undefined && asked !== undefined) {
    const short = `${escaped(recorded)} → ${escaped(asked)}`
    if (name.length + short.length + 8 <= width && !short.includes('\\n')) {
      return [`      ${palette.bold(name)}  ${palette.red(escaped(recorded))} → ${palette.green(escaped(asked))}`]
    }
  }
  const what = recorded === undefined ? '  is new' : asked === undefined ? '  is gone' : ''
  return [
    `      ${palette.bold(name)}${palette.dim(what)}`,
    ...valueLines({ recorded, replayed: asked }, { palette, width: width - 8 }).map((text) => `        ${text}`),
  ]
}

function missedLines(missed: readonly Folded[], screen: Screen): string[] {
  const { palette } = screen
  const explained = missed
    .slice(0, mostExplanations)
    .flatMap(({ call, times }) => [
      `  ${palette.bold('call not recorded')}`,
      `    ${line(callText({ ...call, reason: '' }, times), screen)}`,
      ...explanationLines(call.reason ?? '').map((text) => (text.trim() === '' ? '' : `    ${palette.dim(text)}`)),
    ])
  const others = missed.slice(mostExplanations).map(({ call, times }) => callText({ ...call, reason: '' }, times))
  return [...explained, ...textLines('not recorded either', others, screen)]
}

/** The explanation was made by us and is escaped; take, mode and cassette stand in the report already. */
function explanationLines(reason: string): string[] {
  const [, heading, ...rest] = reason.split('\n\n')
  if (heading === undefined) return []
  return ['', ...rest.join('\n\n').split('\n')]
}

function callLines(title: string, calls: readonly AccountedCall[], screen: Screen): string[] {
  return textLines(
    title,
    folded(calls).map(({ call, times }) => callText(call, times)),
    screen,
  )
}

function textLines(title: string, texts: readonly string[], screen: Screen): string[] {
  if (texts.length === 0) return []
  const { palette } = screen
  const left = texts.length - mostCalls
  return [
    `  ${palette.bold(title)}`,
    ...texts.slice(0, mostCalls).map((text) => `    ${line(text, screen)}`),
    ...(left > 0 ? [palette.dim(`    … ${left} more`)] : []),
  ]
}

function callText({ label, effect, from, reason, differences }: AccountedCall, times: number): string {
  const note = from === undefined ? (differences === undefined ? reason : undefined) : `from ${from}`
  const repeated = times === 1 ? '' : `  × ${times}`
  return `${effect === 'write' ? 'write  ' : ''}${label}${repeated}${note === undefined || note === '' ? '' : `  (${note})`}`
}

function line(text: string, { width }: Screen): string {
  return shortened(escaped(text), width - 4)
}
