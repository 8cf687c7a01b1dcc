import type { Call, Interaction, Take } from '@retake/core'
import type { CallForms } from './call-forms.ts'
import { DrawNames } from './draw-names.ts'
import { type Draw, drawsOf } from './drawn-values.ts'
import { matchKey } from './match-key.ts'

/**
 * The interactions of one take by match key, in recorded order, with what has been used of them. Built at the first
 * question; finding is O(1), amortised. The marks belong to one run of the take: a take that runs again gets a new one.
 */
export class RecordedCalls {
  readonly take: Take
  readonly forms: CallForms
  readonly #used: Set<Interaction> = new Set()
  readonly #borrowed: Map<string, number> = new Map()
  #ordered: readonly Interaction[] | undefined
  #byKey: Map<string, Interaction[]> | undefined
  /** How many at the front of a key's list are known to be used. */
  readonly #front: Map<string, number> = new Map()
  #byNamedKey: Map<string, Interaction[]> | undefined
  #draws: Draw[] | undefined
  #liveNames: { readonly count: number; readonly names: DrawNames } | undefined

  constructor(take: Take, forms: CallForms) {
    this.take = take
    this.forms = forms
  }

  /** All interactions with this key, in recorded order. */
  withKey(key: string): readonly Interaction[] {
    this.#byKey ??= this.#index((call) => matchKey(call.protocol, this.forms.matchFields(call), this.forms))
    return this.#byKey.get(key) ?? []
  }

  /** The first interaction with this key that no call was answered with. */
  nextUnused(key: string): Interaction | undefined {
    const same = this.withKey(key)
    let front = this.#front.get(key) ?? 0
    while (front < same.length && this.#used.has(same[front] as Interaction)) front++
    if (same.length > 0) this.#front.set(key, front)
    return same[front]
  }

  /**
   * The first unused interaction that is equal to the call when values drawn in the take are replaced by which draw they
   * are, on both sides.
   * @param drawn What the live run of the take has drawn so far, in order; it only grows.
   */
  nextUnusedByDraws(call: Call, drawn: readonly Draw[]): Interaction | undefined {
    this.#draws ??= drawsOf(this.take.segments)
    if (this.#draws.length === 0 || drawn.length === 0) return undefined
    this.#byNamedKey ??= this.#indexByDraws(DrawNames.recorded(this.#draws))
    if (this.#liveNames?.count !== drawn.length) {
      this.#liveNames = { count: drawn.length, names: DrawNames.live(drawn, this.#draws) }
    }
    const same = this.#byNamedKey.get(this.#namedKey(call, this.#liveNames.names))
    return same?.find((interaction) => !this.#used.has(interaction))
  }

  use(interaction: Interaction): void {
    this.#used.add(interaction)
  }

  isUsed(interaction: Interaction): boolean {
    return this.#used.has(interaction)
  }

  /** Interactions that nothing asked for, in recorded order. */
  unused(): Interaction[] {
    return this.#inOrder().filter((interaction) => !this.#used.has(interaction))
  }

  /**
   * Counts how often this take has borrowed answers for a key from another one. The count is kept by the borrower, not by
   * the lender: so what a take gets does not depend on which other takes ran before it.
   * @returns How often before this time.
   */
  countBorrowing(lender: string, key: string): number {
    const name = `${lender}\n${key}`
    const before = this.#borrowed.get(name) ?? 0
    this.#borrowed.set(name, before + 1)
    return before
  }

  /** How often this take has borrowed answers for a key from another one. */
  borrowings(lender: string, key: string): number {
    return this.#borrowed.get(`${lender}\n${key}`) ?? 0
  }

  #indexByDraws(names: DrawNames): Map<string, Interaction[]> {
    return this.#index((call) => this.#namedKey(call, names))
  }

  #namedKey(call: Call, names: DrawNames): string {
    return matchKey(call.protocol, names.inFields(this.forms.matchFields(call)), this.forms)
  }

  #index(keyOf: (call: Call) => string): Map<string, Interaction[]> {
    const index = new Map<string, Interaction[]>()
    for (const interaction of this.#inOrder()) {
      const key = keyOf(interaction.call)
      const same = index.get(key)
      if (same === undefined) index.set(key, [interaction])
      else same.push(interaction)
    }
    return index
  }

  /** By ordinal: the order in which the calls began. The file has them in the order in which they were completed. */
  #inOrder(): readonly Interaction[] {
    this.#ordered ??= [...this.take.interactions].sort((a, b) => a.id - b.id)
    return this.#ordered
  }
}
