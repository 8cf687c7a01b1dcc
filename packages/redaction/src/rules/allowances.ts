import type { RedactionRules } from './redaction-rules.ts'

/** Whether the user said that a finding is no secret. */
export function allowanceTest({ allow = [] }: RedactionRules): (text: string) => boolean {
  const values = new Set(allow.flatMap((rule) => (rule.kind === 'value' ? [rule.value] : [])))
  const patterns = allow.flatMap((rule) =>
    rule.kind === 'pattern' ? [new RegExp(`^(?:${rule.pattern.source})$`, flags(rule.pattern, ''))] : [],
  )
  if (values.size === 0 && patterns.length === 0) return () => false
  return (text) => values.has(text) || patterns.some((pattern) => pattern.test(text))
}

/** The flags of a pattern without those that give it a memory, and with these. */
export function flags({ flags: given }: RegExp, added: string): string {
  return [...new Set(given.replaceAll(/[gyd]/g, '') + added)].join('')
}
