import type { Cassette } from '@retake/cassette'
import type { FieldRedactor, HttpRequest } from '@retake/core'
import { redactRequest } from '@retake/protocols'
import { bodyKey } from '../keys.ts'
import type { CassetteSecrets } from '../secrets/cassette-secrets.ts'

/** Finds the takes of requests that do not name theirs. */
export class TriggerTakes {
  readonly #cassette: Cassette
  readonly #secrets: CassetteSecrets
  readonly #mask: FieldRedactor
  readonly #turns: Map<string, number> = new Map()
  readonly #bodyKeys: Map<string, string | undefined> = new Map()

  constructor(cassette: Cassette, secrets: CassetteSecrets, mask: FieldRedactor) {
    this.#cassette = cassette
    this.#secrets = secrets
    this.#mask = mask
  }

  /** Whether several takes have triggers with this key. */
  isAmbiguous(key: string): boolean {
    return this.#cassette.takesByTrigger(key).length > 1
  }

  /**
   * The take whose trigger has this key and, where there are several and one has it, the same body. Equal triggers are
   * handed out in recorded order; after the last the first comes again, so that a load generator may send one request as
   * often as it likes.
   */
  next(key: string, request: HttpRequest): string | undefined {
    const same = this.#cassette.takesByTrigger(key).map(({ id }) => id)
    if (same.length <= 1) return same[0]
    const body = this.#bodyKey(request)
    const equal = same.filter((id) => this.#recordedBodyKey(id) === body)
    const candidates = equal.length > 0 ? equal : same
    const name = equal.length > 0 ? `${key}\n${body}` : key
    const turn = this.#turns.get(name) ?? 0
    this.#turns.set(name, turn + 1)
    return candidates[turn % candidates.length]
  }

  #recordedBodyKey(id: string): string | undefined {
    if (!this.#bodyKeys.has(id)) {
      const { trigger } = this.#secrets.open(this.#cassette.take(id))
      this.#bodyKeys.set(id, trigger.kind === 'http' ? this.#bodyKey(trigger.request) : undefined)
    }
    return this.#bodyKeys.get(id)
  }

  /** By its meaning: masked, since the live one holds secrets, and JSON whatever the order of its members. */
  #bodyKey(request: HttpRequest): string {
    return bodyKey(redactRequest(request, this.#mask).body)
  }
}
