import type { Call } from '@retake/core'
import { type Fields, matchKey, type MatchKeyOptions } from './match-key.ts'

/** How calls become comparable. The session builds it from the protocols' registry and from redaction. */
export interface CallForms extends MatchKeyOptions {
  /** The protocol's `matchFields`: what decides equality, without volatile parts. */
  readonly matchFields: (call: Call) => Fields
  /**
   * The call as it was before its secrets were masked: among calls with one key those that are equal to the last come first.
   * @default the call itself
   */
  readonly unmasked?: (call: Call) => Call
}

/** The match key of a call in these forms. */
export function keyOf(call: Call, forms: CallForms): string {
  return matchKey(call.protocol, forms.matchFields(call), forms)
}
