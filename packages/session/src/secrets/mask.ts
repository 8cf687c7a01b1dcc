import { createRedactor, type Redactor } from '@retake/redaction'
import type { Settings } from '../settings/settings.ts'
import { redactionRules } from '../settings/redact-settings.ts'

/** What every secret is for comparison: which one it was is not known on both sides. */
const masked = '‹secret›'

/** A secret that is a number stays one, so that its document can still be read. */
const numeric = /^-?\d[\d.eE+-]*$/

/**
 * Replaces every secret, and every placeholder of one, by the same mark: a recorded call holds placeholders, the live one
 * the secrets themselves, perhaps those of another environment. What is masked is only compared, never stored.
 */
export function createMask(redact: Settings['redact']): Redactor {
  return createRedactor({ rules: redactionRules(redact), substitute: (found) => (numeric.test(found) ? '0' : masked) })
}
