import type { DrawKind, DrawRun, DrawValue, Interaction, Segment, Trigger } from '@retake/core'
import { addNeedle, type DrawnValue, DrawnValues, generationRoom, isLarge, Needles, type SecretPart, Substitution } from '@retake/redaction'
import { type DrawPolicies, type DrawPolicy, drawSources, sourceOf } from './draw-policy.ts'
import { packSealedDraws, sameDraw, type SealedDraws } from './sealed-draws.ts'
import { substituteInteraction, substituteTrigger } from './substitute.ts'

/** Encrypts what was drawn; absent without a key. */
export type SealBytes = (plain: Uint8Array, name: string) => Uint8Array

/** One take, or an increment of one, whose draws are made safe before it is written. */
export interface SafeRecord {
  readonly trigger: Trigger | undefined
  readonly interactions: readonly Interaction[]
  readonly segments: readonly Segment[]
}

/**
 * What is drawn while a session is recorded, as the policies want it: nothing that they hide is in what is written, in
 * the log of draws or anywhere else.
 */
export class RecordedDraws {
  readonly #policies: DrawPolicies
  readonly #values: DrawnValues
  /** What turned up in the record that is being made safe, also where it was redacted. */
  readonly #found: Set<DrawnValue> = new Set()
  /** Values that the log shows anyway: to hide them elsewhere would only part what belongs together. */
  #shown: Needles = new Needles()
  readonly #known: Substitution
  /** Nothing is hidden: nothing is to be done. */
  readonly isIdle: boolean

  /** @param key Makes surrogates; never stored. */
  constructor(policies: DrawPolicies, key: Uint8Array) {
    this.#policies = policies
    this.#values = new DrawnValues(key)
    this.#known = new Substitution(() => [...this.#values.generations, this.#shown])
    const found = (drawn: DrawnValue): void => {
      if (this.#policyOf(drawn.kind) === 'sealed') this.#found.add(drawn)
    }
    this.#values.substitution.onFound = found
    this.#known.onFound = found
    this.isIdle = drawSources.every((source) => policies[source] === 'value') && policies.key !== 'sealed'
  }

  get substitution(): Substitution {
    return this.#values.substitution
  }

  /**
   * Something was drawn, in whatever take, also in one that is not kept: it may come back in any other.
   * @param value Belongs to the receiver.
   */
  drawn(kind: DrawKind, value: DrawValue): void {
    const source = sourceOf(kind)
    if (source === undefined || source === 'key') return
    const policy = this.#policies[source]
    if (policy === 'surrogate' || policy === 'sealed') this.#values.add(kind, value)
    else if (policy === 'value' && isLarge(kind, value)) {
      // What is forgotten is redacted as if nobody had drawn it.
      if (this.#shown.weight > generationRoom) this.#shown = new Needles()
      addNeedle(this.#shown, { kind, value, replacement: () => value })
    }
  }

  /** Which parts of a secret were drawn here: they are replaced already, or in the log as they are. */
  partsOf(secret: string): readonly SecretPart[] | undefined {
    const places = this.#known.places(secret)
    if (places.length === 0) return undefined
    const replaced = this.#known.text(secret)
    const parts: SecretPart[] = []
    let at = 0
    for (const [from, to] of pairs(places)) {
      if (from < at) continue
      if (from > at) parts.push({ text: secret.slice(at, from), isReplaced: false })
      parts.push({ text: replaced.slice(from, to), isReplaced: true })
      at = to
    }
    if (at < secret.length) parts.push({ text: secret.slice(at), isReplaced: false })
    return parts
  }

  /**
   * The record without what the policies hide.
   * @param name What the sealed values belong to: no other take opens them.
   */
  safe({ trigger, interactions, segments }: SafeRecord, seal: SealBytes | undefined, name: string): SafeRecord {
    if (this.isIdle) return { trigger, interactions, segments }
    const safeTrigger = trigger === undefined ? undefined : substituteTrigger(trigger, this.substitution)
    const safeInteractions = interactions.map((interaction) => substituteInteraction(interaction, this.substitution))
    return { trigger: safeTrigger, interactions: safeInteractions, segments: this.#segments(segments, seal, name) }
  }

  #segments(segments: readonly Segment[], seal: SealBytes | undefined, name: string): readonly Segment[] {
    const sealed: { kind: DrawKind; values: readonly DrawValue[] }[] = []
    const safe = segments.map(({ token, draws }): Segment => {
      const runs = draws.flatMap((run) => {
        const policy = this.#policyOf(run.kind)
        if (policy === 'sealed') sealed.push({ kind: run.kind, values: run.values })
        return this.#run(run, policy)
      })
      return { token, draws: runs }
    })
    const found = [...this.#found]
    this.#found.clear()
    if (seal === undefined) return safe
    const borrowed = found.filter(({ value }) => !sealed.some((run) => run.values.some((own) => sameDraw(own, value))))
    if (sealed.length === 0 && borrowed.length === 0) return safe
    const draws: SealedDraws = {
      kinds: [...new Set(sealed.map(({ kind }) => kind))],
      values: sealed.flatMap(({ values }) => values),
      borrowed: borrowed.map(({ kind, value, replacement }) => ({ kind, value, surrogate: replacement() })),
    }
    const run: DrawRun = { kind: 'sealed', size: 0, values: [seal(packSealedDraws(draws), name)] }
    // What is not in the take any more is kept with its beginning.
    const [first = { token: undefined, draws: [] }, ...rest] = safe
    return [{ token: first.token, draws: [run, ...first.draws] }, ...rest]
  }

  #run(run: DrawRun, policy: DrawPolicy): readonly DrawRun[] {
    if (policy === 'value') return [run]
    if (policy === 'off' && run.kind !== 'key') return []
    // Only where it was generated is told: the app generates another one.
    if (run.kind === 'key') return [{ ...run, values: run.values.map(() => new Uint8Array(0)) }]
    const keepsSmall = policy === 'surrogate'
    return [
      {
        ...run,
        values: run.values.map((value) => (keepsSmall && !isLarge(run.kind, value) ? value : this.#values.surrogateFor(run.kind, value))),
      },
    ]
  }

  #policyOf(kind: DrawKind): DrawPolicy {
    const source = sourceOf(kind)
    return source === undefined ? 'value' : this.#policies[source]
  }
}

/** A draw as the ring tells it: ids and results have a key before them, see `ObservedDraws`. */
export function bareDraw(kind: DrawKind, value: DrawValue): DrawValue {
  if (kind === 'id' && typeof value === 'string') return value.slice(8)
  if (!(value instanceof Uint8Array)) return value
  // A view would keep a slab of the ring alive, and change with it.
  return Uint8Array.from(kind === 'result' ? value.subarray(4) : value)
}

/** In the order in which they stand. */
function pairs(places: readonly number[]): [number, number][] {
  const result: [number, number][] = []
  for (let at = 0; at < places.length; at += 2) result.push([places[at] as number, places[at + 1] as number])
  return result.sort(([a], [b]) => a - b)
}
