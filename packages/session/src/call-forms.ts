import type { Call, FieldRedactor, FieldValue, Interaction } from '@retake/core'
import type { CallForms } from '@retake/matching'
import { protocolNamed } from '@retake/protocols'
import { redactSeam } from './seam-value.ts'

/**
 * How calls of every protocol are compared: by what the protocol says is their meaning. Both sides are masked before (see
 * `createMask`): the key that made the placeholders of a cassette is never stored.
 */
export const callForms: CallForms = {
  matchFields(call: Call): { readonly [name: string]: FieldValue } {
    return protocolNamed(call.protocol)?.matchFields(call) ?? call.fields
  },
}

/** Takes the secrets out of an interaction; look-ups and refused connections hold none. */
export function redactInteraction(interaction: Interaction, redactor: FieldRedactor): Interaction {
  if (interaction.call.protocol === 'seam') return redactSeam(interaction, redactor)
  return protocolNamed(interaction.call.protocol)?.redact(interaction, redactor) ?? interaction
}

/** Takes the secrets out of a call that has no outcome yet. */
export function redactCall(call: Call, redactor: FieldRedactor): Call {
  const alone: Interaction = {
    id: 0,
    call,
    outcome: { kind: 'stream', chunks: [], ending: { kind: 'abandoned' }, endedAt: 0 },
    startedAt: 0,
  }
  return redactInteraction(alone, redactor).call
}
