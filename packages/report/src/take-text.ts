import type { AccountedCall } from '@retake/core'
import { escaped, shortened } from '@retake/matching'
import { renderDifference } from './difference-text.ts'
import type { TakeResult } from './run-result.ts'
import type { Screen } from './screen.ts'
import { statusText } from './take-line.ts'

const mostDifferences = 20
const mostCalls = 5
/** Explanations of misses shown whole; they are some twenty lines each. */
const mostExplanations = 2

/** A failed take in full: what differs in its outcome, then what its calls did, each with its explanation. */
export function renderTake(result: TakeResult, screen: Screen): string {
  const { palette } = screen
  const { decision, account, verdict } = result
  const status = statusText(result)
  const mark = decision.pass ? palette.green('✓') : palette.red('✗')
  const lines = [
    `${mark} ${palette.bold(`${escaped(result.method)} ${escaped(result.target)}`)}${status === '' ? '' : `  ${status}`}  ${palette.dim(result.take)}`,
  ]
  const differences = verdict?.differences ?? []
  for (const difference of differences.slice(0, mostDifferences)) lines.push(...renderDifference(difference, screen))
  if (differences.length > mostDifferences)
    lines.push(palette.dim(`  … ${differences.length - mostDifferences}${verdict?.more === true ? ' or more' : ''} further differences`))
  if (account !== undefined) {
    lines.push(...missedLines(account.missed, screen))
    lines.push(...callLines('recorded, but not called', account.missing, screen))
    lines.push(...callLines('equal only by which draw they carry', account.changed, screen))
    lines.push(...callLines('answered from another take', account.borrowed, screen))
    lines.push(...callLines('answered again with the last answer', account.repeated, screen))
    lines.push(...callLines('not recorded, and given up when a timer fired', account.givenUp ?? [], screen))
    lines.push(...textLines('connections refused', account.blocked, screen))
    lines.push(
      ...textLines(
        'draws beyond the recorded ones',
        account.draws.exhausted.map(({ kind, count, after }) => `${kind} × ${count}, after ${after}`),
        screen,
      ),
    )
    lines.push(
      ...textLines(
        'generated anew, as keys are not recorded without `draws: { key }`',
        (account.draws.withheld ?? []).map(({ kind, count, after }) => `${kind} × ${count}, after ${after}`),
        screen,
      ),
    )
    lines.push(...textLines('another order than recorded', account.draws.diverged, screen))
  }
  return lines.join('\n')
}

function missedLines(missed: readonly AccountedCall[], screen: Screen): string[] {
  const { palette } = screen
  const explained = missed.slice(0, mostExplanations).flatMap(({ label, reason }) => [
    `  ${palette.bold('not recorded')}  ${line(label, screen)}`,
    // The explanation was made by us and is escaped; it keeps its lines.
    ...(reason === undefined
      ? []
      : reason
          .split('\n')
          .slice(1)
          .map((text) => (text.trim() === '' ? '' : `    ${palette.dim(text)}`))),
  ])
  return [...explained, ...callLines('not recorded either', missed.slice(mostExplanations), screen)]
}

function callLines(title: string, calls: readonly AccountedCall[], screen: Screen): string[] {
  return textLines(title, calls.map(callText), screen)
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

function callText({ label, effect, from, reason }: AccountedCall): string {
  const note = from === undefined ? reason : `from ${from}`
  return `${effect === 'write' ? 'write  ' : ''}${label}${note === undefined ? '' : `  (${note})`}`
}

function line(text: string, { width }: Screen): string {
  return shortened(escaped(text), width - 4)
}
