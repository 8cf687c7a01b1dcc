import type { TakeKeys } from '@retake/cassette'
import { type Call, type FieldRedactor, type HttpRequest, type Interaction, Recent, type SessionHeader, type Take } from '@retake/core'
import type { CallForms } from '@retake/matching'
import { callForms, redactCall } from '../call-forms.ts'
import { recordedKey, triggerKey } from '../keys.ts'
import type { Settings } from '../settings/settings.ts'

/** Requests whose keys are remembered. */
const rememberedTriggers = 1000

/** Makes the keys by which calls, and whole takes, are found again. What comes again as the same object is not looked at again. */
export class TakeKeying {
  readonly #mask: FieldRedactor
  readonly #forms: CallForms
  readonly #calls: WeakMap<Call, string> = new WeakMap()
  readonly #triggers: Recent<string, string> = new Recent(rememberedTriggers)

  constructor(mask: FieldRedactor, forms: CallForms) {
    this.#mask = mask
    this.#forms = forms
  }

  ofCalls(interactions: readonly Interaction[]): string[] {
    return interactions.map(({ call }) => this.#call(call))
  }

  ofTake({ trigger, interactions }: Pick<Take, 'trigger' | 'interactions'>): TakeKeys {
    const calls = this.ofCalls(interactions)
    return trigger.kind === 'http' ? { trigger: this.#trigger(trigger.request), calls } : { calls }
  }

  #call(call: Call): string {
    const known = this.#calls.get(call)
    if (known !== undefined) return known
    const key = recordedKey(redactCall(call, this.#mask), this.#forms)
    this.#calls.set(call, key)
    return key
  }

  #trigger(request: HttpRequest): string {
    const line = `${request.method} ${request.target}`
    const known = this.#triggers.get(line)
    if (known !== undefined) return known
    const key = triggerKey(request, this.#mask)
    this.#triggers.set(line, key)
    return key
  }
}

/** How the calls of a recorded session are compared: an old one says less of its calls. */
export function formsOfSession(header: SessionHeader, match: Settings['match']): CallForms {
  return callForms(match, header.callsForm ?? 1)
}
