import { type Call, type FieldValue, type Interaction, isBookkeeping, isValueKind, type Take } from '@retake/core'
import { type CallForms, keyOf } from './call-forms.ts'
import { DrawNames } from './draw-names.ts'
import { type CarriedDraw, DrawShift, type ShiftedDraw } from './draw-shift.ts'
import { byStream, type Draw, drawsOf } from './drawn-values.ts'
import { matchKey } from './match-key.ts'

/** Interactions with one key, in recorded order. */
interface SameCalls {
  readonly all: Interaction[]
  /** How many at the front are known to be used. */
  front: number
  /** The same by what they are unmasked; made when somebody asks. */
  bySecrets: Map<string, SameCalls> | undefined
}

/**
 * The interactions of one take by match key, in recorded order, with what has been used of them. Built at the first
 * question; finding is O(1), amortised. The marks belong to one run of the take: a take that runs again gets a new one.
 */
export class RecordedCalls {
  readonly take: Take
  readonly forms: CallForms
  /** Those that nothing asked for; made at the first question. Only shrinks, so that nothing grows while calls are answered. */
  #left: Set<Interaction> | undefined
  readonly #borrowed: Map<string, number> = new Map()
  #ordered: readonly Interaction[] | undefined
  #byKey: Map<string, SameCalls> | undefined
  #byNamedKey: Map<string, SameCalls> | undefined
  #draws: Draw[] | undefined
  readonly #shift: DrawShift = new DrawShift((stream) => this.#streamLengths().get(stream) ?? 0)
  #lengths: Map<string, number> | undefined
  #recordedNames: DrawNames | undefined
  #byForm: Map<string, { readonly interaction: Interaction; readonly carried: readonly CarriedDraw[] }[]> | undefined
  #liveNames: { readonly count: number; readonly names: DrawNames } | undefined

  constructor(take: Take, forms: CallForms) {
    this.take = take
    this.forms = forms
  }

  /** All interactions with this key, in recorded order. */
  withKey(key: string): readonly Interaction[] {
    return this.#same(key)?.all ?? []
  }

  /**
   * The first interaction with this key that no call was answered with.
   * @param call Asked one: where recorded calls differ in secrets alone, those with its very secrets come first.
   */
  nextUnused(key: string, call?: Call): Interaction | undefined {
    const same = this.#same(key)
    if (same === undefined) return undefined
    return (call === undefined ? undefined : this.#firstWithSecretsOf(call, same)) ?? this.#firstUnused(same)
  }

  #firstWithSecretsOf(call: Call, same: SameCalls): Interaction | undefined {
    const { unmasked } = this.forms
    const first = same.all[0]?.call
    // Equal calls of a take are one object, so most often there is nothing to choose between.
    if (unmasked === undefined || first === undefined || same.all.at(-1)?.call === first || unmasked(first) === first) return undefined
    same.bySecrets ??= indexBy(same.all, (recorded) => keyOf(unmasked(recorded), this.forms))
    const exact = same.bySecrets.get(keyOf(unmasked(call), this.forms))
    return exact === undefined ? undefined : this.#firstUnused(exact)
  }

  /**
   * The first unused interaction that is equal to the call when values drawn in the take are replaced by which draw they
   * are, on both sides.
   * @param drawn What the live run of the take has drawn so far, in order; it only grows.
   */
  nextUnusedByDraws(call: Call, drawn: readonly Draw[]): Interaction | undefined {
    this.#draws ??= drawsOf(this.take.segments)
    if (this.#draws.length === 0 || drawn.length === 0) return undefined
    this.#byNamedKey ??= this.#indexByDraws(this.#namesOfDraws())
    if (this.#liveNames?.count !== drawn.length) {
      this.#liveNames = { count: drawn.length, names: DrawNames.live(drawn, this.#draws) }
    }
    const same = this.#byNamedKey.get(this.#namedKey(call, this.#liveNames.names))
    return same === undefined ? undefined : this.#firstUnused(same)
  }

  /**
   * The first unused interaction that is equal to the call but for draws that stand some places later or earlier than they
   * did, since the code has drawn more or fewer before it.
   * @param drawn What the live run of the take has drawn so far, in order.
   */
  nextUnusedByShift(
    call: Call,
    drawn: readonly Draw[],
  ): { readonly interaction: Interaction; readonly shifted: readonly ShiftedDraw[] } | undefined {
    if (drawn.length === 0) return undefined
    const asked = DrawNames.recorded(drawn).form(this.forms.matchFields(call))
    if (asked.carried.length === 0) return undefined
    const made = drawn.reduce((count, { kind }) => count + (isValueKind(kind) ? 1 : 0), 0)
    for (const { interaction, carried } of this.#withForm(matchKey(call.protocol, asked.fields, this.forms))) {
      if (interaction.drawn === undefined || this.isUsed(interaction)) continue
      const shifted = this.#shift.match(asked.carried, carried, made - interaction.drawn)
      if (shifted === undefined) continue
      this.#shift.note(shifted)
      return { interaction, shifted }
    }
    return undefined
  }

  /** Which draw of the recorded take a value is, if it is one: `uuid#0` is the first uuid. */
  drawOf(value: FieldValue): string | undefined {
    return this.#namesOfDraws().nameOf(value)
  }

  #streamLengths(): Map<string, number> {
    this.#draws ??= drawsOf(this.take.segments)
    this.#lengths ??= new Map([...byStream(this.#draws)].map(([stream, values]) => [stream, values.length]))
    return this.#lengths
  }

  #namesOfDraws(): DrawNames {
    this.#draws ??= drawsOf(this.take.segments)
    this.#recordedNames ??= DrawNames.recorded(this.#draws)
    return this.#recordedNames
  }

  #withForm(key: string): readonly { readonly interaction: Interaction; readonly carried: readonly CarriedDraw[] }[] {
    if (this.#byForm === undefined) {
      this.#byForm = new Map()
      const names = this.#namesOfDraws()
      for (const interaction of this.#inOrder()) {
        const { fields, carried } = names.form(this.forms.matchFields(interaction.call))
        if (carried.length === 0) continue
        const form = matchKey(interaction.call.protocol, fields, this.forms)
        const same = this.#byForm.get(form)
        if (same === undefined) this.#byForm.set(form, [{ interaction, carried }])
        else same.push({ interaction, carried })
      }
    }
    return this.#byForm.get(key) ?? []
  }

  /** Marks an interaction as the answer of a call. */
  use(interaction: Interaction): void {
    this.#unused.delete(interaction)
  }

  isUsed(interaction: Interaction): boolean {
    return this.#left !== undefined && !this.#left.has(interaction)
  }

  /** Interactions that nothing asked for, in recorded order. */
  unused(): Interaction[] {
    return [...this.#unused]
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

  /** Whether a read or a write that began before this interaction was not asked for yet. */
  isAnyUnusedBefore(interaction: Interaction): boolean {
    for (const { id, call } of this.#unused) {
      if (id >= interaction.id) return false
      if (!isBookkeeping(call)) return true
    }
    return false
  }

  get #unused(): Set<Interaction> {
    this.#left ??= new Set(this.#inOrder())
    return this.#left
  }

  #same(key: string): SameCalls | undefined {
    this.#byKey ??= this.#index((call) => matchKey(call.protocol, this.forms.matchFields(call), this.forms))
    return this.#byKey.get(key)
  }

  #firstUnused(same: SameCalls): Interaction | undefined {
    while (same.front < same.all.length && this.isUsed(same.all[same.front] as Interaction)) same.front++
    return same.all[same.front]
  }

  #indexByDraws(names: DrawNames): Map<string, SameCalls> {
    return this.#index((call) => this.#namedKey(call, names))
  }

  #namedKey(call: Call, names: DrawNames): string {
    return matchKey(call.protocol, names.inFields(this.forms.matchFields(call)), this.forms)
  }

  #index(keyOf: (call: Call) => string): Map<string, SameCalls> {
    return indexBy(this.#inOrder(), keyOf)
  }

  /** By ordinal: the order in which the calls began. The file has them in the order in which they were completed. */
  #inOrder(): readonly Interaction[] {
    this.#ordered ??= [...this.take.interactions].sort((a, b) => a.id - b.id)
    return this.#ordered
  }
}

function indexBy(interactions: readonly Interaction[], keyOf: (call: Call) => string): Map<string, SameCalls> {
  const index = new Map<string, SameCalls>()
  // A cassette gives equal calls as one object.
  const keys = new Map<Call, string>()
  for (const interaction of interactions) {
    let key = keys.get(interaction.call)
    if (key === undefined) keys.set(interaction.call, (key = keyOf(interaction.call)))
    const same = index.get(key)
    if (same === undefined) index.set(key, { all: [interaction], front: 0, bySecrets: undefined })
    else same.all.push(interaction)
  }
  return index
}
