import { escaped, shortened } from '@retake/matching'
import { counted } from '@retake/report'
import type { Screen } from '../terminal/screen.ts'
import type { Proposals, ProposedRule } from './propose-rules.ts'

const longestValue = 40

/** What was found, by take: rules with the values of both replays, then what no rule can name. */
export function proposalsText({ rules, unlearnable }: Proposals, { palette, width }: Screen): string {
  const lines: string[] = []
  for (const take of new Set(rules.map((rule) => rule.take))) {
    lines.push(`  ${palette.bold(escaped(take))}`)
    for (const rule of rules) if (rule.take === take) lines.push(`    ${ruleText(rule)}`, palette.dim(`      ${evidenceText(rule)}`))
  }
  if (unlearnable.length > 0) lines.push(`  ${palette.bold('differs too, and cannot be learned')}`)
  for (const { take, path, reason } of unlearnable) {
    lines.push(`    ${escaped(take)}  ${escaped(path)}`, palette.dim(`      ${shortened(reason, width - 6)}`))
  }
  return lines.join('\n')
}

/** `noise: 'body.pid'`, `patterns: 'body.name' must match ^app-\d+$`. */
export function ruleText({ kind, path, pattern }: ProposedRule): string {
  return `${kind}: ${escaped(path)}${pattern === undefined ? '' : ` must match ${escaped(pattern)}`}`
}

/** `4711, then 4712`. */
function evidenceText({ first, second, kind }: ProposedRule): string {
  return kind === 'unordered' ? 'another order in each replay' : `${brief(first)}, then ${brief(second)}`
}

function brief(value: string | undefined): string {
  return value === undefined ? 'nothing' : shortened(escaped(value), longestValue)
}

/** The comment that stands above a rule; one line, whatever the values hold. */
export function commentFor(rule: ProposedRule, day: string): string {
  return `${day}, retake replay --learn: two replays of the same code had ${evidenceText(rule)}`.replaceAll('*/', '* /')
}

/** The last line: what became of the proposals. */
export function learnedText(written: { readonly file: string; readonly isNew: boolean; readonly rules: number }): string {
  return `retake: ${counted(written.rules, 'rule')} written to ${written.file}${written.isNew ? ', which is new' : ''}`
}
