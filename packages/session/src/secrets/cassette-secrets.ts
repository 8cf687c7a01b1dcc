import type { Cassette } from '@retake/cassette'
import type { FieldRedactor, HttpResponse, Take } from '@retake/core'
import { redactRequest, redactResponseMessage } from '@retake/protocols'
import { createRedactor } from '@retake/redaction'
import { redactInteraction } from '../call-forms.ts'
import type { Settings } from '../settings/settings.ts'
import { createMask } from './mask.ts'
import { redactionRules } from './redaction-rules.ts'
import { openSealed } from './sealing.ts'

/**
 * The secrets behind the placeholders of a cassette. They are opened in memory, take by take, and only where the key that
 * sealed them is given; without it placeholders stay what they are.
 */
export class CassetteSecrets {
  readonly #opener: FieldRedactor | undefined
  readonly #mask: FieldRedactor

  /** @throws RetakeError `RETAKE_KEY_WRONG`. */
  constructor(cassette: Cassette, redact: Settings['redact'], passphrase: string | undefined) {
    const sealed = openSealed(cassette, passphrase)
    // The detectors find placeholders where they found the secrets.
    this.#opener = sealed && createRedactor({ rules: redactionRules(redact), substitute: (found) => sealed.get(found) ?? found })
    this.#mask = createMask(redact)
  }

  /** Whether secrets were sealed, and the key is there. */
  get opened(): boolean {
    return this.#opener !== undefined
  }

  /** A take with its secrets in their places. */
  open(take: Take): Take {
    const opener = this.#opener
    if (opener === undefined) return take
    const interactions = take.interactions.map((interaction) => redactInteraction(interaction, opener))
    const { trigger } = take
    if (trigger.kind !== 'http') return { ...take, interactions }
    const response = trigger.response === undefined ? undefined : redactResponseMessage(trigger.response, opener)
    return { ...take, interactions, trigger: { ...trigger, request: redactRequest(trigger.request, opener), response } }
  }

  /**
   * A response as it can be compared: with every secret, and every placeholder of one, replaced by the same mark. Where the
   * secrets are open they are compared like everything else.
   */
  mask(response: HttpResponse): HttpResponse {
    return this.opened ? response : this.withoutSecrets(response)
  }

  /** A response whose values may be written somewhere: every secret, also one that was opened, is replaced by a mark. */
  withoutSecrets(response: HttpResponse): HttpResponse {
    return redactResponseMessage(response, this.#mask)
  }
}
