import { control, eventKinds, moreFollows, recordHead, type RingMemory, slabHead, slabSize } from './ring-layout.ts'

/** One event as the worker sees it. The object is reused: take what is needed before the next. */
export interface RingEvent {
  kind: number
  take: number
  subject: number
  detail: number
  /** ms on the monotonic clock, or the value of a number draw. */
  at: number
  /** The value of a bigint draw (the same eight bytes as `at`); 0n for every other kind. */
  big: bigint
  /** A copy that belongs to the receiver; empty where there is no payload. */
  payload: Buffer
}

const nothing: Buffer = Buffer.alloc(0)

/** Worker end of the ring. */
export class RingReader {
  readonly #control: Int32Array
  readonly #words: Int32Array
  readonly #floats: Float64Array
  readonly #bigints: BigInt64Array
  readonly #bytes: Buffer
  readonly #event: RingEvent = { kind: 0, take: 0, subject: 0, detail: 0, at: 0, big: 0n, payload: nothing }
  #slab = 0
  #position = slabHead
  /** Payload of a record that goes on in the next one. */
  #pieces: Buffer[] = []

  constructor(memory: RingMemory) {
    this.#control = new Int32Array(memory.control)
    this.#words = new Int32Array(memory.slabs)
    this.#floats = new Float64Array(memory.slabs)
    this.#bigints = new BigInt64Array(memory.slabs)
    this.#bytes = Buffer.from(memory.slabs)
  }

  /**
   * Hands over every event committed so far, in order.
   * @returns How many there were.
   */
  drain(take: (event: RingEvent) => void): number {
    let count = 0
    for (;;) {
      const base = this.#slab * slabSize
      // The follower is read before the committed length: once there is a follower, the length is final.
      const next = Atomics.load(this.#words, (base >> 2) + 1)
      const committed = Atomics.load(this.#words, base >> 2)
      while (this.#position < committed) {
        this.#position += this.#read(base + this.#position)
        if (!this.#isWhole()) continue
        count++
        take(this.#event)
      }
      if (next === -1) return count
      Atomics.store(this.#control, control.words + this.#slab, 0)
      this.#slab = next
      this.#position = slabHead
    }
  }

  /** Puts the pieces of a long payload together. */
  #isWhole(): boolean {
    const event = this.#event
    if ((event.kind & moreFollows) !== 0) {
      this.#pieces.push(event.payload)
      return false
    }
    if (this.#pieces.length > 0) {
      // After a gap the rest will not come.
      if (event.kind !== eventKinds.gap) event.payload = Buffer.concat([...this.#pieces, event.payload])
      this.#pieces = []
    }
    return true
  }

  #copy(from: number, length: number): Buffer {
    const copy = Buffer.allocUnsafe(length)
    this.#bytes.copy(copy, 0, from, from + length)
    return copy
  }

  #read(at: number): number {
    const word = at >> 2
    const event = this.#event
    const length = this.#words[word + 2] as number
    event.kind = this.#words[word + 1] as number
    event.take = this.#words[word + 3] as number
    event.subject = this.#words[word + 4] as number
    event.detail = this.#words[word + 5] as number
    event.at = this.#floats[(at + 24) >> 3] as number
    event.big = event.kind === eventKinds.drawBigint ? (this.#bigints[(at + 24) >> 3] as bigint) : 0n
    event.payload = length === 0 ? nothing : this.#copy(at + recordHead, length)
    return this.#words[word] as number
  }
}
