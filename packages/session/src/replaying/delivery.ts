import { type Chunk, type Ending, type Interaction, primordials } from '@retake/core'
import type { Reply } from '@retake/protocols'

/** When the parts of an outcome may be handed over. */
export interface DeliveryOrder {
  /**
   * Runs `deliver` when its turn in the recorded order of the take has come; later than now in any case.
   * @returns Withdraws it.
   */
  expect(interaction: number, part: number, deliver: () => void): () => void
  /** As `expect`, for a `deliver` that finds its async context by itself. */
  expectAnywhere(interaction: number, part: number, deliver: () => void): () => void
}

/** For answers that have no place in the order of the take (borrowed, repeated): as soon as possible, one per macrotask. */
export const unordered: DeliveryOrder = { expect: soon, expectAnywhere: soon }

function soon(_interaction: number, _part: number, deliver: () => void): () => void {
  const handle = primordials.setImmediate(deliver)
  return () => primordials.clearImmediate(handle)
}

/** Hands the outcome of one interaction to the virtual server, chunk by chunk, in its turn. */
export class Delivery {
  readonly #interaction: Interaction
  readonly #reply: Reply
  readonly #order: DeliveryOrder
  readonly #pace: number
  readonly #run: { pending: number }
  readonly #expect = (): void => {
    // The reply reaches the client through its socket, in whose context it comes.
    this.#withdraw = this.#order.expectAnywhere(this.#interaction.id, this.#part, this.#deliver)
  }
  #part = 0
  #withdraw: (() => void) | undefined
  #over = false
  #settled = false

  /**
   * @param pace 0: no waiting between chunks; 1: as recorded; otherwise that many times as long.
   * @param run Counts what is on its way.
   */
  constructor(interaction: Interaction, reply: Reply, order: DeliveryOrder, pace: number, run: { pending: number }) {
    this.#interaction = interaction
    this.#reply = reply
    this.#order = order
    this.#pace = pace
    this.#run = run
    run.pending++
  }

  /** The connection has come to this reply. */
  ready(): void {
    if (!this.#over) this.#next()
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    this.#settle()
    this.#over = true
    this.#withdraw?.()
  }

  #next(): void {
    const outcome = this.#interaction.outcome
    if (outcome.kind !== 'stream') throw new TypeError(`interaction ${this.#interaction.id} has no stream to deliver`)
    const { chunks, ending } = outcome
    const part = this.#part
    if (part >= chunks.length && !delivers(ending)) {
      // Nothing came back, and nothing ever did: the app had given up, or the answer is empty by protocol.
      this.#finish(ending)
      return
    }
    const wait = this.#pace === 0 ? 0 : (atOf(chunks[part], outcome.endedAt) - (part === 0 ? 0 : atOf(chunks[part - 1], 0))) * this.#pace
    if (wait <= 0) this.#expect()
    else {
      const timer = primordials.setTimeout(this.#expect, wait)
      this.#withdraw = () => primordials.clearTimeout(timer)
    }
  }

  #finish(ending: Ending): void {
    this.#over = true
    this.#settle()
    this.#reply.ending(ending)
  }

  #settle(): void {
    if (this.#settled) return
    this.#settled = true
    this.#run.pending--
  }

  readonly #deliver = (): void => {
    const { outcome } = this.#interaction
    if (this.#over || outcome.kind !== 'stream') return
    const { chunks, ending } = outcome
    const chunk = chunks[this.#part++]
    if (chunk === undefined) {
      this.#finish(ending)
      return
    }
    this.#reply.chunk(chunk)
    if (this.#part === chunks.length && !delivers(ending)) this.#finish(ending)
    else if (!this.#over) this.#next()
  }
}

/** A close or a failure is a delivery of its own; completeness comes with the last chunk. */
function delivers(ending: Ending): boolean {
  return ending.kind === 'closed' || ending.kind === 'error'
}

function atOf(chunk: Chunk | undefined, otherwise: number): number {
  return chunk?.at ?? otherwise
}
