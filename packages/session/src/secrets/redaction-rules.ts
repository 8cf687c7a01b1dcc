import type { RedactionRules } from '@retake/redaction'
import type { Settings } from '../settings/settings.ts'

/** The user's rules in redaction's words. */
export function redactionRules({ headers, fields, allow }: Settings['redact']): RedactionRules {
  return {
    secret: [
      ...headers.map((name) => ({ kind: 'name', name, place: 'header' }) as const),
      ...fields.map((name) => ({ kind: 'name', name }) as const),
    ],
    allow: allow.map((name) => ({ kind: 'name', name })),
  }
}
