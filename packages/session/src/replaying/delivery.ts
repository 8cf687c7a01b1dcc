import { type Chunk, type Ending, type Interaction, primordials } from '@retake/core'
import type { Reply } from '@retake/protocols'

/** When the parts of an outcome may be handed over. */
export interface DeliveryOrder {
  /**
   * Runs `deliver` when its turn in the recorded order of the take has come; later than now in any case.
   * @returns Withdraws it.
   */
  expect(interaction: number, part: number, deliver: () => void): () => void
}

/** For answers that have no place in the order of the take (borrowed, repeated): as soon as possible, one per macrotask. */
export const unordered: DeliveryOrder = {
  expect(_interaction, _part, deliver) {
    const handle = primordials.setImmediate(deliver)
    return () => primordials.clearImmediate(handle)
  },
}

/** Hands the outcome of one interaction to the virtual server, chunk by chunk, in its turn. */
export class Delivery {
  readonly #interaction: Interaction
  readonly #reply: Reply
  readonly #order: DeliveryOrder
  readonly #pace: number
  readonly #done: () => void
  #part = 0
  #withdraw: (() => void) | undefined
  #over = false

  /**
   * @param pace 0: no waiting between chunks; 1: as recorded; otherwise that many times as long.
   * @param done Called when everything was delivered.
   */
  constructor(interaction: Interaction, reply: Reply, order: DeliveryOrder, pace: number, done: () => void) {
    this.#done = done
    this.#interaction = interaction
    this.#reply = reply
    this.#order = order
    this.#pace = pace
  }

  /** The connection has come to this reply. */
  ready(): void {
    if (!this.#over) this.#next()
  }

  abandon(): void {
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
    const expect = (): void => {
      this.#withdraw = this.#order.expect(this.#interaction.id, part, () => this.#deliver(chunks[part], ending, part === chunks.length - 1))
    }
    if (wait <= 0) expect()
    else {
      const timer = primordials.setTimeout(expect, wait)
      this.#withdraw = () => primordials.clearTimeout(timer)
    }
  }

  #finish(ending: Ending): void {
    this.#over = true
    this.#done()
    this.#reply.ending(ending)
  }

  #deliver(chunk: Chunk | undefined, ending: Ending, last: boolean): void {
    if (this.#over) return
    this.#part++
    if (chunk === undefined) {
      this.#finish(ending)
      return
    }
    this.#reply.chunk(chunk)
    if (last && !delivers(ending)) {
      this.#finish(ending)
    } else if (!this.#over) this.#next()
  }
}

/** A close or a failure is a delivery of its own; completeness comes with the last chunk. */
function delivers(ending: Ending): boolean {
  return ending.kind === 'closed' || ending.kind === 'error'
}

function atOf(chunk: Chunk | undefined, otherwise: number): number {
  return chunk?.at ?? otherwise
}
