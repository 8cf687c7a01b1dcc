import type { TakeKeys } from '@retake/cassette'
import type { FieldRedactor, Interaction, SessionHeader, Take } from '@retake/core'
import type { CallForms } from '@retake/matching'
import { callForms, redactCall } from '../call-forms.ts'
import { recordedKey, triggerKey } from '../keys.ts'
import type { Settings } from '../settings/settings.ts'

/** Keys by which calls are found again. */
export function callKeys(interactions: readonly Interaction[], mask: FieldRedactor, forms: CallForms): string[] {
  return interactions.map(({ call }) => recordedKey(redactCall(call, mask), forms))
}

/** Keys by which a whole take is found again. */
export function takeKeys(
  { trigger, interactions }: Pick<Take, 'trigger' | 'interactions'>,
  mask: FieldRedactor,
  forms: CallForms,
): TakeKeys {
  return {
    ...(trigger.kind === 'http' ? { trigger: triggerKey(trigger.request, mask) } : {}),
    calls: callKeys(interactions, mask, forms),
  }
}

/** How the calls of a recorded session are compared: an old one says less of its calls. */
export function formsOfSession(header: SessionHeader, match: Settings['match']): CallForms {
  return callForms(match, header.callsForm ?? 1)
}
