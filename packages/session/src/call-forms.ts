import { type Call, callsForm, type FieldRedactor, type FieldValue, type Interaction } from '@retake/core'
import type { CallForms } from '@retake/matching'
import { type KnownClean, protocolNamed } from '@retake/protocols'
import { redactSeam } from './secrets/redact-seam.ts'
import { defaults, type Settings } from './settings/settings.ts'

const made: WeakMap<Settings['match'], Map<number, CallForms>> = new WeakMap()

/**
 * How calls of every protocol are compared: by what the protocol says is their meaning. Both sides are masked before (see
 * `createMask`): the key that made the placeholders of a cassette is never stored.
 * @param match What the user leaves out.
 * @param form The form in which the recorded side was made.
 * @returns The same object for the same answer.
 */
export function callForms(match: Settings['match'] = defaults.match, form: number = callsForm): CallForms {
  let forms = made.get(match)
  if (forms === undefined) made.set(match, (forms = new Map()))
  let found = forms.get(form)
  if (found === undefined) {
    const reading = { ignored: { headers: match.headers.ignore, query: match.query.ignore, body: match.body.ignore }, form }
    found = {
      unmasked: (call: Call): Call => unmasked.get(call) ?? call,
      matchFields: (call: Call): { readonly [name: string]: FieldValue } =>
        protocolNamed(call.protocol)?.matchFields(call, reading) ?? call.fields,
    }
    forms.set(form, found)
  }
  return found
}

/**
 * Takes the secrets out of an interaction; look-ups and refused connections hold none.
 * @param clean What this redactor needs not look at.
 */
export function redactInteraction(interaction: Interaction, redactor: FieldRedactor, clean?: KnownClean): Interaction {
  if (interaction.call.protocol === 'seam') return redactSeam(interaction, redactor)
  return protocolNamed(interaction.call.protocol)?.redact(interaction, redactor, clean) ?? interaction
}

/** What calls were before they were masked. In memory only. */
const unmasked: WeakMap<Call, Call> = new WeakMap()

/** Takes the secrets out of a call that is to be compared. */
export function maskCall(call: Call, mask: FieldRedactor): Call {
  const masked = redactCall(call, mask)
  if (masked !== call) unmasked.set(masked, call)
  return masked
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
