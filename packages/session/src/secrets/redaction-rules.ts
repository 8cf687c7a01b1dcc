import type { RedactionRules } from '@retake/redaction'
import type { Settings } from '../settings/settings.ts'

/** The user's rules in redaction's words. */
export function redactionRules({ headers, fields, allow }: Settings['redact']): RedactionRules {
  return { names: [...headers, ...fields], allowNames: allow }
}
