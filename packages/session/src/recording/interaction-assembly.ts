import type { Call, Chunk, Ending, FieldValue, Interaction, SpanIds } from '@retake/core'
import type { OpenInteraction, Stamp } from '@retake/protocols'

/** The take that an interaction reports its deliveries to. */
export interface InteractionOwner {
  delivered(kind: 'call', id: number, part: number, at: number): void
  interactionEnded(interaction: InteractionAssembly): void
  /** @returns `false` when there is no room for that many bytes more. */
  hold(bytes: number): boolean
}

/** One interaction while its bytes come in. */
export class InteractionAssembly implements OpenInteraction {
  readonly id: number
  readonly #owner: InteractionOwner
  readonly #begun: Stamp
  readonly connection: number
  readonly #drawn: number
  /** Bytes that are kept. */
  held = 0
  readonly #chunks: Chunk[] = []
  #call: Call | undefined
  #meta: { readonly [name: string]: FieldValue } | undefined
  #ending: Ending | undefined
  #endedAt = 0
  /** Changed since it was last written. */
  dirty = true

  /** @param drawn Draws of the take so far, clocks left out. */
  constructor(owner: InteractionOwner, id: number, begun: Stamp, connection: number, drawn: number) {
    this.#owner = owner
    this.id = id
    this.#begun = begun
    this.connection = connection
    this.#drawn = drawn
  }

  get ended(): boolean {
    return this.#ending !== undefined
  }

  call(call: Call): void {
    this.#call = call
    this.dirty = true
  }

  meta(meta: { readonly [name: string]: FieldValue }): void {
    this.#meta = { ...this.#meta, ...meta }
    this.dirty = true
  }

  chunk(bytes: Uint8Array, stamp: Stamp, mark?: string): void {
    if (this.#ending !== undefined) return
    if (!this.#owner.hold(bytes.length)) {
      this.end({ kind: 'abandoned' }, stamp)
      return
    }
    this.held += bytes.length
    const at = stamp.at - this.#begun.at
    this.#owner.delivered('call', this.id, this.#chunks.length, stamp.at)
    this.#chunks.push(mark === undefined ? { bytes, at } : { bytes, at, mark })
    this.dirty = true
  }

  end(ending: Ending, stamp: Stamp): void {
    if (this.#ending !== undefined) return
    this.#ending = ending
    this.#endedAt = stamp.at - this.#begun.at
    // A complete answer ends with its last chunk; only a close or a failure is a delivery of its own.
    if (ending.kind === 'closed' || ending.kind === 'error') this.#owner.delivered('call', this.id, this.#chunks.length, stamp.at)
    this.dirty = true
    this.#owner.interactionEnded(this)
  }

  /**
   * What can be written now.
   * @param takeBegan ms on the monotonic clock.
   * @param trace Of the take. A driver that sends from its queue may do so in another's span: that one is left out.
   * @returns `undefined` while nobody knows what was asked.
   */
  finish(takeBegan: number, trace: SpanIds | undefined): Interaction | undefined {
    if (this.#call === undefined) return undefined
    const { span } = this.#begun
    const last = this.#chunks.at(-1)?.at ?? 0
    return {
      id: this.id,
      call: this.#call,
      outcome: {
        kind: 'stream',
        chunks: [...this.#chunks],
        ending: this.#ending ?? { kind: 'abandoned' },
        endedAt: this.#ending === undefined ? last : this.#endedAt,
        ...(this.#meta === undefined ? {} : { meta: this.#meta }),
      },
      startedAt: this.#begun.at - takeBegan,
      ...(this.connection === 0 ? {} : { connection: this.connection }),
      ...(span === undefined || span.traceId !== trace?.traceId ? {} : { spanId: span.spanId }),
      drawn: this.#drawn,
    }
  }
}
