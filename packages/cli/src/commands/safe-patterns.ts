import { RetakeError } from '@retake/core'
import type { RuleSettings, Settings } from '@retake/session'
import { isSafePattern } from 'redos-detector'

/** Bounds the search; not by time, so that every machine says the same. */
const mostSteps = 1500

/**
 * Refuses patterns whose cost can grow exponentially with the text: a hostile or merely long answer would stop the
 * comparison for ever.
 * @throws RetakeError `RETAKE_CONFIG_INVALID`, naming key and file.
 */
export function requireSafePatterns(rules: RuleSettings & Pick<Settings, 'redact'>, source: string): void {
  const problems = [...catastrophicIn(rules.patterns, 'patterns')]
  for (const [take, { patterns }] of Object.entries(rules.takes))
    problems.push(...catastrophicIn(patterns, `takes[${JSON.stringify(take)}].patterns`))
  for (const [key, list] of Object.entries({ rules: rules.redact.rules, allow: rules.redact.allow }))
    problems.push(...list.flatMap((rule, index) => [...catastrophicIn(patternOf(rule), `redact.${key}[${index}]`)]))
  if (problems.length === 0) return
  throw new RetakeError('RETAKE_CONFIG_INVALID', `${source}: ${problems.join('; ')}`, {
    details: { source, problems },
    remedy: 'Write it without a repetition inside a repetition: `(a+)+` as `a+`, `(a|b)*` as `[ab]*`.',
  })
}

function patternOf(rule: Settings['redact']['rules' | 'allow'][number]): { readonly [path: string]: string | RegExp } {
  return typeof rule === 'string' || rule.pattern === undefined ? {} : { pattern: rule.pattern }
}

function* catastrophicIn(patterns: { readonly [path: string]: string | RegExp } = {}, key: string): Iterable<string> {
  for (const [path, pattern] of Object.entries(patterns)) {
    if (isCatastrophic(pattern)) yield `\`${key}\`: the expression for ${JSON.stringify(path)} may take for ever: ${String(pattern)}`
  }
}

/**
 * Only a repeated group can cost exponentially much. Whether one does, the detector says; by itself it would also refuse
 * what costs squares (`foo.*$`), and everybody writes that.
 */
function isCatastrophic(pattern: string | RegExp): boolean {
  const expression = typeof pattern === 'string' ? new RegExp(pattern, 'u') : pattern
  const outline = expression.source.replace(/\\./g, '_').replace(/\[[^\]]*\]/g, '_')
  if (!/\)(?:[*+]|\{\d)/.test(outline)) return false
  const { unicode, source, ignoreCase, dotAll, multiline } = expression
  return !isSafePattern(source, { unicode, caseInsensitive: ignoreCase, dotAll, multiLine: multiline, maxSteps: mostSteps }).safe
}
