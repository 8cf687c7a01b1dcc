import type { RedactionRules } from '../rules/redaction-rules.ts'
import type { Detector } from '../span.ts'
import { assignments } from './assignment.ts'
import { base64Document } from './base64-document.ts'
import { bearer } from './bearer.ts'
import { connectionString } from './connection-string.ts'
import { customPattern } from './custom-pattern.ts'
import { jsonWebToken } from './json-web-token.ts'
import { keyShapes, passwordHash } from './key-shapes.ts'
import { login } from './login.ts'
import { markupField } from './markup-field.ts'
import { paymentCard } from './payment-card.ts'
import { percentEncoded } from './percent-encoded.ts'
import { personalDataDetectors } from './personal-data.ts'
import { privateKey } from './private-key.ts'
import { signedUrl } from './signed-url.ts'
import { sqlInsert } from './sql-insert.ts'
import { xmlElement } from './xml-element.ts'

/** Secrets that are known by their looks, whatever surrounds them; also looked for in bytes that are no text. */
const shapeDetectors: readonly Detector[] = [
  privateKey,
  jsonWebToken,
  keyShapes,
  passwordHash,
  bearer,
  login,
  connectionString,
  signedUrl,
  base64Document,
  percentEncoded,
  paymentCard,
]

/** Secrets that a name tells, in text. */
export const nameDetectors: readonly Detector[] = [sqlInsert, assignments, xmlElement, markupField]

/** Names of the detectors that a configuration may leave out. */
export const detectorNames: readonly string[] = shapeDetectors.map(({ name }) => name)

/** Those that rules want: the user's own first. */
export function shapesFor({ secret = [], personal = [], without = [] }: RedactionRules): readonly Detector[] {
  const left = new Set(without)
  const wanted: ReadonlySet<string> = new Set(personal)
  return [
    ...secret.flatMap((rule) => (rule.kind === 'pattern' ? [customPattern(rule)] : [])),
    ...shapeDetectors.filter(({ name }) => !left.has(name)),
    ...personalDataDetectors.filter(({ name }) => wanted.has(name)),
  ]
}
