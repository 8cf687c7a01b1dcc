import type { Interaction, Segment, SentBy, SpanIds, Take, Trigger } from '@retake/core'
import { SegmentAssembler } from '@retake/determinism'
import type { Stamp } from '@retake/protocols'
import { SpanAssembly, type ToldSpan } from './span-assembly.ts'
import { serverSpan } from './server-span.ts'
import { InteractionAssembly, type InteractionOwner } from './interaction-assembly.ts'
import type { TakeMemory } from './take-memory.ts'
import type { TriggerAssembly } from './trigger-assembly.ts'

/** What started a take, while it is being put together. */
export type AssembledTrigger =
  | { readonly kind: 'http'; readonly exchange: TriggerAssembly; readonly sentBy: SentBy | undefined }
  | { readonly kind: 'test'; readonly name: string; readonly place: string; readonly isHooked: boolean }
  | { readonly kind: 'background'; readonly name: string; readonly interval: number | undefined }
  | { readonly kind: 'process' }

/** One take while it is being put together; afterwards a stub that takes late additions. */
export class TakeAssembly implements InteractionOwner {
  readonly number: number
  readonly id: string
  /** ms on the monotonic clock. */
  readonly began: number
  readonly trigger: AssembledTrigger
  segments: SegmentAssembler
  /** The trigger's outcome is known. */
  ended = false
  aborted = false
  /** Something of it was lost: it must not be written. */
  dropped = false
  /** Written; what comes now goes into increments. */
  written = false
  lastActivity: number
  endedAt: number
  trace: SpanIds | undefined
  /** The trace is our own: the take itself is its server span. */
  ownTrace = false
  draws = 0
  /** Of these, those that are values: clocks are left out. */
  values = 0
  /** Calls begun so far, by the name of their target. */
  readonly callsTo: Map<string, number> = new Map()
  #nextInteraction = 0
  #open = 0
  #interactions: InteractionAssembly[] = []
  #whole: Interaction[] = []
  readonly #memory: TakeMemory
  #held = 0
  readonly #spans: SpanAssembly = new SpanAssembly()
  #heldBySpans = 0

  constructor(number: number, id: string, began: number, trigger: AssembledTrigger, memory: TakeMemory) {
    this.#memory = memory
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
    // Where no request brings a trace the first span that a call is made in does.
    if (this.trace === undefined && this.trigger.kind !== 'http') this.trace = stamp.span
    const interaction = new InteractionAssembly(this, this.#nextInteraction++, stamp, connection, this.values)
    if (!this.dropped) this.#interactions.push(interaction)
    this.#open++
    return interaction
  }

  /** Settles the place of an interaction whose outcome comes at once or by name (a seam). */
  reserve(): number {
    return this.#nextInteraction++
  }

  /** An interaction that is known whole (a look-up, a failed connect, a seam), under an id from {@link reserve}. */
  add(interaction: Interaction, deliveredAt: number | undefined): void {
    if (this.dropped) return
    if (deliveredAt !== undefined) this.delivered('call', interaction.id, 0, deliveredAt)
    this.#whole.push(interaction)
  }

  delivered(kind: 'call' | 'timer' | 'job', id: number, part: number, at: number): void {
    this.lastActivity = at
    if (!this.dropped) this.segments.deliver({ kind, id, part, at: at - this.began })
  }

  /**
   * More bytes are kept for the take.
   * @returns `false` when there is no room for them.
   */
  hold(bytes: number): boolean {
    if (this.dropped) return false
    this.#held += bytes
    this.#memory.held += bytes
    return this.#memory.held <= this.#memory.limit || this.#memory.overflowed(this)
  }

  /** Bytes of bodies that are held for it. */
  get held(): number {
    return this.#held
  }

  /** Whether all of it can still be left out. */
  get canBeDropped(): boolean {
    return !this.dropped && !this.written && this.number !== 0
  }

  /** Calls under way get no further, and are written as far as they got. */
  cutOff(): void {
    for (const interaction of this.#interactions) interaction.end({ kind: 'abandoned' }, { take: this.number, at: this.lastActivity })
  }

  #release(bytes: number): void {
    this.#held -= bytes
    this.#memory.held -= bytes
  }

  /** Nothing of it will be written; nothing of it is kept. */
  drop(): void {
    this.dropped = true
    this.#release(this.#held)
    if (this.trigger.kind === 'http') this.trigger.exchange.forget()
    this.#heldBySpans = 0
    this.#spans.take()
    this.#interactions = []
    this.#whole = []
    this.segments = new SegmentAssembler()
  }

  /** Whether a call of this take is waiting for its outcome on a connection. */
  isOpenOn(connection: number): boolean {
    return this.#interactions.some((interaction) => interaction.connection === connection && !interaction.ended)
  }

  interactionEnded(_interaction: InteractionAssembly): void {
    this.#open--
  }

  /** Of a job: it has called nothing (so far), and is no take. */
  get didNothing(): boolean {
    return this.trigger.kind === 'background' && this.#nextInteraction === 0
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
      else this.#release(interaction.held)
      if (!interaction.dirty || (!interaction.ended && !includeOpen)) continue
      const finished = interaction.finish(this.began, this.trace)
      if (finished !== undefined) changed.push(finished)
      interaction.dirty = false
    }
    this.#interactions = keep
    return changed.sort((a, b) => a.id - b.id)
  }

  /** @param bytes Length of what was told. */
  span(span: ToldSpan, bytes: number): void {
    if (this.#spans.full || !this.hold(bytes)) {
      this.#spans.leaveOut()
      return
    }
    this.#heldBySpans += bytes
    this.trace ??= { traceId: span.traceId, spanId: span.spanId }
    this.#spans.add(span, this.began)
  }

  newSpans(): Pick<Take, 'spans' | 'spansLeftOut'> {
    this.#release(this.#heldBySpans)
    this.#heldBySpans = 0
    return this.#spans.take()
  }

  newSegments(): Segment[] {
    return this.segments.take()
  }

  /** The whole take, for its first writing. */
  whole(trigger: Trigger, epoch: number): Take {
    if (this.trigger.kind === 'http') {
      this.#release(this.trigger.exchange.held)
      this.trigger.exchange.forget()
    }
    if (this.ownTrace && this.trace !== undefined) this.#spans.add(serverSpan(this.trace, trigger, this), this.began)
    return {
      id: this.id,
      trigger,
      startedAt: epoch + this.began,
      durationMs: Math.max(0, this.endedAt - this.began),
      interactions: this.changedInteractions(true),
      segments: this.newSegments(),
      ...this.trace,
      ...this.newSpans(),
    }
  }
}
