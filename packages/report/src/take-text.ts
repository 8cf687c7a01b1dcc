import { escaped, shortened } from '@retake/matching'
import { renderCalls } from './call-text.ts'
import { renderDifference } from './difference-text.ts'
import type { TakeResult } from './run-result.ts'
import type { Screen } from './screen.ts'
import { renderSources } from './source-text.ts'
import { statusText } from './take-line.ts'

/** A person reads a screen of them; `--json` has all. */
const mostDifferences = 10
/** Of an answer that differs because a call failed: the other status says it, and the rest follows. */
const mostThatFollow = 1

/**
 * A failed take in full: what differs in its outcome, then what its calls did. Where a call was not answered it comes
 * first, since what the outcome is may follow from it.
 */
export function renderTake(result: TakeResult, screen: Screen & { readonly verbose?: boolean }): string {
  const { palette, width } = screen
  const { decision, account } = result
  const status = statusText(result)
  const mark = decision.pass ? palette.green('✓') : palette.red('✗')
  const head = `${mark} ${palette.bold(`${escaped(result.method)} ${escaped(result.target)}`)}${status === '' ? '' : `  ${status}`}  ${palette.dim(result.take)}`
  const outcome = outcomeLines(result, screen)
  const calls = account === undefined ? [] : renderCalls(account, screen)
  // Values that nobody plays back matter where something came out otherwise; of a take that passed few ask.
  const isTold = !decision.pass || screen.verbose === true
  const sources = account === undefined || !isTold ? [] : renderSources(account, decision.pass, screen)
  if (decision.cause === undefined) return [head, ...outcome, ...calls, ...sources].join('\n')
  const cause = palette.dim(shortened(`  the answer differs, which may follow from ${escaped(decision.cause)}`, width))
  return [head, ...calls, cause, ...outcome, ...sources].join('\n')
}

function outcomeLines({ verdict, decision, status, recordedStatus }: TakeResult, screen: Screen): string[] {
  const most = decision.cause !== undefined && status !== recordedStatus ? mostThatFollow : mostDifferences
  const differences = verdict?.differences ?? []
  const isBodyDifferent = differences.some(({ path }) => path.startsWith('body'))
  const lines = differences
    .slice(0, most)
    .flatMap((difference) =>
      isBodyDifferent && madeOfBody.has(difference.path) ? [followerLine(difference.path, screen)] : renderDifference(difference, screen),
    )
  const left = differences.length - most
  if (left > 0)
    lines.push(screen.palette.dim(`  … ${left}${verdict?.more === true ? ' or more' : ''} further differences (--json has them)`))
  return lines
}

/** Headers that are made of the body: where that differs they say nothing more. */
const madeOfBody: ReadonlySet<string> = new Set(['headers.etag', 'headers.content-md5', 'headers.digest', 'headers.content-digest'])

function followerLine(path: string, { palette }: Screen): string {
  return `  ${palette.bold(path)}  ${palette.dim('differs with the body')}`
}
