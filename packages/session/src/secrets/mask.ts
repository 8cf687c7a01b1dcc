import type { FieldPlace } from '@retake/core'
import { createRedactor, type Redactor } from '@retake/redaction'
import { withProtobuf } from '../protobuf/with-protobuf.ts'
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
  const rules = redactionRules(redact)
  return new LateRedactor(() =>
    withProtobuf(createRedactor({ rules, substitute: (found) => (numeric.test(found) ? '0' : masked) }), redact.protobuf),
  )
}

/** Is made when something is to be redacted: its code and its patterns are a tenth of a start, and a process may call nobody. */
class LateRedactor implements Redactor {
  readonly #make: () => Redactor
  #made: Redactor | undefined

  constructor(make: () => Redactor) {
    this.#make = make
  }

  get #redactor(): Redactor {
    return (this.#made ??= this.#make())
  }

  get counts(): Redactor['counts'] {
    return this.#redactor.counts
  }

  named(name: string, value: string, place?: FieldPlace): string {
    return this.#redactor.named(name, value, place)
  }

  tells(name: string, place?: FieldPlace): boolean {
    return this.#redactor.tells(name, place)
  }

  text(text: string): string {
    return this.#redactor.text(text)
  }

  body(bytes: Uint8Array, mediaType: string | undefined): Uint8Array {
    return this.#redactor.body(bytes, mediaType)
  }
}
