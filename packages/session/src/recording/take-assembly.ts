import type { Interaction, Segment, Take, Trigger } from '@retake/core'
import { SegmentAssembler } from '@retake/determinism'
import type { Stamp } from '@retake/protocols'
import { InteractionAssembly, type InteractionOwner } from './interaction-assembly.ts'
import type { TriggerAssembly } from './trigger-assembly.ts'

/** What started a take, while it is being put together. */
export type AssembledTrigger =
  | { readonly kind: 'http'; readonly exchange: TriggerAssembly }
  | { readonly kind: 'test'; readonly name: string; readonly place: string }
  | { readonly kind: 'process' }

/** One take while it is being put together; afterwards a stub that takes late additions. */
export class TakeAssembly implements InteractionOwner {
  readonly number: number
  readonly id: string
  /** ms on the monotonic clock. */
  readonly began: number
  readonly trigger: AssembledTrigger
  readonly segments: SegmentAssembler
  /** The trigger's outcome is known. */
  ended = false
  aborted = false
  /** Something of it was lost: it must not be written. */
  dropped = false
  /** Written; what comes now goes into increments. */
  written = false
  lastActivity: number
  endedAt: number
  trace: { readonly traceId: string; readonly spanId: string } | undefined
  draws = 0
  /** Calls begun so far, by the name of their target. */
  readonly callsTo: Map<string, number> = new Map()
  #nextInteraction = 0
  #open = 0
  #interactions: InteractionAssembly[] = []
  readonly #whole: Interaction[] = []

  constructor(number: number, id: string, began: number, trigger: AssembledTrigger) {
    this.number = number
    this.id = id
    this.began = began
    this.trigger = trigger
    this.segments = new SegmentAssembler()
    this.lastActivity = began
    this.endedAt = began
  }

  begin(stamp: Stamp, connection: number): InteractionAssembly {
    this.lastActivity = stamp.at
    const interaction = new InteractionAssembly(this, this.#nextInteraction++, stamp, connection)
    this.#interactions.push(interaction)
    this.#open++
    return interaction
  }

  /** Settles the place of an interaction whose outcome comes at once or by name (a seam). */
  reserve(): number {
    return this.#nextInteraction++
  }

  /** An interaction that is known whole (a look-up, a failed connect, a seam), under an id from {@link reserve}. */
  add(interaction: Interaction, deliveredAt: number | undefined): void {
    if (deliveredAt !== undefined) this.delivered('call', interaction.id, 0, deliveredAt)
    this.#whole.push(interaction)
  }

  delivered(kind: 'call' | 'timer' | 'job', id: number, part: number, at: number): void {
    this.lastActivity = at
    this.segments.deliver({ kind, id, part, at: at - this.began })
  }

  interactionEnded(_interaction: InteractionAssembly): void {
    this.#open--
  }

  /** Interactions whose outcome is not complete. */
  get open(): number {
    return this.#open
  }

  /** @returns Interactions that were added or have changed since the last time. */
  changedInteractions(includeOpen: boolean): Interaction[] {
    const changed: Interaction[] = this.#whole.splice(0)
    const keep: InteractionAssembly[] = []
    for (const interaction of this.#interactions) {
      if (!interaction.ended) keep.push(interaction)
      if (!interaction.dirty || (!interaction.ended && !includeOpen)) continue
      const finished = interaction.finish(this.began)
      if (finished !== undefined) changed.push(finished)
      interaction.dirty = false
    }
    this.#interactions = keep
    return changed.sort((a, b) => a.id - b.id)
  }

  newSegments(): Segment[] {
    return this.segments.take()
  }

  /** The whole take, for its first writing. */
  whole(trigger: Trigger, epoch: number): Take {
    return {
      id: this.id,
      trigger,
      startedAt: epoch + this.began,
      durationMs: Math.max(0, this.endedAt - this.began),
      interactions: this.changedInteractions(true),
      segments: this.newSegments(),
      ...this.trace,
    }
  }
}
