import type { RuleSettings, TakeRules } from '@retake/session'
import type { ProposedRule } from './propose-rules.ts'

/** The settings as they are once the configuration is read again. */
export function withLearned(settings: RuleSettings, rules: readonly ProposedRule[]): RuleSettings {
  const takes: { [pattern: string]: TakeRules } = { ...settings.takes }
  for (const { take, kind, path, pattern } of rules) {
    const own = takes[take] ?? {}
    takes[take] =
      kind === 'patterns'
        ? { ...own, patterns: { ...own.patterns, [path]: pattern ?? '' } }
        : { ...own, [kind]: [...(own[kind] ?? []), path] }
  }
  return { ...settings, takes }
}
