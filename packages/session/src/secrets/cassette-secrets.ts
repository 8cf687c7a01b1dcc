import type { Cassette } from '@retake/cassette'
import type { FieldRedactor, HttpResponse, Take } from '@retake/core'
import { redactRequest, redactResponseMessage } from '@retake/protocols'
import { addNeedle, createRedactor, isLarge, Needles, Substitution } from '@retake/redaction'
import { redactInteraction } from '../call-forms.ts'
import { hookFailed } from '../hooks/apply-hook.ts'
import { hookedTake } from '../hooks/hooked-take.ts'
import type { InteractionHook } from '../hooks/interaction-hook.ts'
import { withProtobuf } from '../protobuf/with-protobuf.ts'
import type { Settings } from '../settings/settings.ts'
import { withFollowedHashes } from './followed-hashes.ts'
import { createMask } from './mask.ts'
import { redactionRules } from '../settings/redact-settings.ts'
import { hasSealedDraws, openDraws, withoutSealed } from './sealed-draws.ts'
import { openSealed, type SealedSecrets } from './sealing.ts'
import { substituteInteraction, substituteTrigger, withSubstitution } from './substitute.ts'

/**
 * The secrets behind the placeholders of a cassette. They are opened in memory, take by take, and only where the key that
 * sealed them is given; without it placeholders stay what they are.
 */
export class CassetteSecrets {
  readonly #sealed: SealedSecrets | undefined
  readonly #opener: FieldRedactor | undefined
  readonly #mask: FieldRedactor
  readonly #hook: InteractionHook | undefined

  /** @throws RetakeError `RETAKE_KEY_WRONG`. */
  constructor(
    cassette: Cassette,
    { redact, key, previousKeys, beforeReplay }: Pick<Settings, 'redact' | 'key' | 'previousKeys' | 'beforeReplay'>,
  ) {
    this.#hook = beforeReplay
    const sealed = openSealed(cassette, key === undefined ? previousKeys : [key, ...previousKeys])
    this.#sealed = sealed
    // The detectors find placeholders where they found the secrets.
    this.#opener =
      sealed &&
      withProtobuf(
        createRedactor({ rules: redactionRules(redact), substitute: (found) => sealed.secrets.get(found) ?? found }),
        redact.protobuf,
      )
    this.#mask = createMask(redact)
  }

  /** Whether secrets were sealed, and the key is there. */
  get opened(): boolean {
    return this.#opener !== undefined
  }

  /**
   * A take with its secrets in their places; without the key, as it can be replayed by who has none; and with what `beforeReplay`
   * makes of it.
   * @throws RetakeError `RETAKE_HOOK_FAILED`.
   */
  open(take: Take): Take {
    const opened = this.#opened(take)
    if (this.#hook === undefined) return opened
    const hooked = hookedTake(opened, { hook: this.#hook, name: 'beforeReplay' })
    if (hooked === undefined)
      throw hookFailed('beforeReplay', `the request of ${take.id}`, new TypeError('a take cannot be left out of a replay'))
    return hooked
  }

  #opened(take: Take): Take {
    const opener = this.#opener
    const isSealed = hasSealedDraws(take.segments)
    if (opener === undefined) return isSealed ? { ...take, segments: withoutSealed(take.segments) } : take
    const opened = openedBy(take, opener)
    return isSealed ? this.#withDraws(opened) : opened
  }

  #withDraws(take: Take): Take {
    const session = take.id.slice(0, take.id.lastIndexOf('-'))
    const { segments, opened } = openDraws(take.segments, (bytes) => this.#sealed!.open(session, bytes, take.id))
    const needles = new Needles()
    for (const { kind, surrogate, value } of opened) {
      if (kind !== 'key' && isLarge(kind, surrogate)) addNeedle(needles, { kind, value: surrogate, replacement: () => value })
    }
    return { ...changedBy(take, new Substitution(() => [needles])), segments }
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

const unchanged: FieldRedactor = { tells: () => false, named: (_name, value) => value, text: (text) => text, body: (bytes) => bytes }
/** A take with other values in everything but its draws; the same instance when nothing changes. */
export function changedBy(take: Take, substitution: Substitution): Take {
  let isChanged = false
  substitution.onFound = () => (isChanged = true)
  // Bodies that are compressed have values inside.
  const inside = openedBy(take, withSubstitution(unchanged, substitution), substitution)
  const interactions = inside.interactions.map((interaction) => substituteInteraction(interaction, substitution))
  const trigger = substituteTrigger(inside.trigger, substitution)
  return isChanged ? { ...inside, interactions, trigger } : take
}

/** @param substitution Drawn values that are put back, and that hashes of bodies follow from. */
function openedBy(take: Take, opener: FieldRedactor, substitution?: Substitution): Take {
  const interactions = take.interactions.map((interaction) => redactInteraction(interaction, opener))
  const { trigger } = take
  if (trigger.kind !== 'http') return { ...take, interactions }
  const { response } = trigger
  const read = (redactor: FieldRedactor): HttpResponse | undefined => response && redactResponseMessage(response, redactor)
  return {
    ...take,
    interactions,
    trigger: {
      ...trigger,
      request: redactRequest(trigger.request, opener),
      response: substitution === undefined ? read(opener) : withFollowedHashes(read, opener, substitution),
    },
  }
}
