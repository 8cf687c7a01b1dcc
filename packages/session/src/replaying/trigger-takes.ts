import type { Cassette } from '@retake/cassette'
import type { FieldRedactor, HttpRequest } from '@retake/core'
import { redactRequest } from '@retake/protocols'
import { bodyKey } from '../keys.ts'
import type { CassetteSecrets } from '../secrets/cassette-secrets.ts'

/** A load generator may send any number of bodies that were never recorded. */
const rememberedAbsences = 1000

/** Finds the takes of requests that do not name theirs. */
export class TriggerTakes {
  readonly #cassette: Cassette
  readonly #secrets: CassetteSecrets
  readonly #mask: FieldRedactor
  /** Ids of takes with one key, for keys that several have: one request may be sent a hundred thousand times. */
  readonly #same: Map<string, readonly string[]> = new Map()
  /** Where the next take of a key, or of a key and a body, is looked for. */
  readonly #turns: Map<string, number> = new Map()
  /** Of each key, takes by who sent them. */
  readonly #sent: Map<string, Map<string, string>> = new Map()
  /** Keys and bodies that no take has. */
  readonly #without: Set<string> = new Set()
  readonly #bodyKeys: Map<string, string | undefined> = new Map()

  constructor(cassette: Cassette, secrets: CassetteSecrets, mask: FieldRedactor) {
    this.#cassette = cassette
    this.#secrets = secrets
    this.#mask = mask
  }

  /** Whether several takes have triggers with this key. */
  isAmbiguous(key: string): boolean {
    return this.#idsOf(key).length > 1
  }

  /**
   * The take whose trigger has this key and, where there are several and one has it, the same body. Equal triggers are
   * handed out in recorded order; after the last the first comes again, so that a load generator may send one request as
   * often as it likes.
   */
  next(key: string, request: HttpRequest): string | undefined {
    const same = this.#idsOf(key)
    if (same.length <= 1) return same[0]
    const body = this.#bodyKey(request)
    const name = `${key}\n${body}`
    return (this.#without.has(name) ? undefined : this.#nextWith(name, same, body)) ?? this.#turn(key, same)
  }

  /** The take with this key whose request another take of the process has sent. @param number The how-manieth that it sent. */
  sentBy(key: string, take: string, number: number): string | undefined {
    let sent = this.#sent.get(key)
    if (sent === undefined) {
      sent = new Map()
      for (const { id, sentBy } of this.#cassette.takesByTrigger(key))
        if (sentBy !== undefined) sent.set(`${sentBy.take}#${sentBy.number}`, id)
      this.#sent.set(key, sent)
    }
    return sent.get(`${take}#${number}`)
  }

  /** The next one with this body, from the last one on: where all are equal the first look finds it. */
  #nextWith(name: string, same: readonly string[], body: string): string | undefined {
    const from = this.#turns.get(name) ?? 0
    for (let step = 0; step < same.length; step++) {
      const at = (from + step) % same.length
      const id = same[at] as string
      if (this.#recordedBodyKey(id) !== body) continue
      this.#turns.set(name, at + 1)
      return id
    }
    if (this.#without.size >= rememberedAbsences) this.#without.clear()
    this.#without.add(name)
    return undefined
  }

  #turn(key: string, same: readonly string[]): string | undefined {
    const turn = this.#turns.get(key) ?? 0
    this.#turns.set(key, turn + 1)
    return same[turn % same.length]
  }

  #idsOf(key: string): readonly string[] {
    const known = this.#same.get(key)
    if (known !== undefined) return known
    const ids = this.#cassette.takesByTrigger(key).map(({ id }) => id)
    if (ids.length > 1) this.#same.set(key, ids)
    return ids
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
