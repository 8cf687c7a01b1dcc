import { packGap } from './gap.ts'
import { connectionKinds, control, eventKinds, moreFollows, recordHead, type RingMemory, slabHead, slabSize } from './ring-layout.ts'

/** Longest payload of one record; longer ones are split into several, which the reader puts together again. */
const payloadLimit = slabSize >> 2

/**
 * Main-thread end of the ring. `write` is the recording hot path: it copies into the shared slab and returns. When no
 * slab is free the event is lost and `lost` counts; nothing more goes into the last slab, so that the next record after a
 * loss is a `gap`, which names the takes and connections that have a hole now.
 */
export class RingWriter {
  readonly #memory: RingMemory
  readonly #control: Int32Array
  readonly #words: Int32Array
  readonly #floats: Float64Array
  readonly #bigints: BigInt64Array
  readonly #bytes: Buffer
  #slab = 0
  #position = slabHead
  /** Where the slab's room ends; nothing fits while somebody wants to know of each event. */
  #limit = 0
  #noticing: ((full: boolean) => boolean) | undefined
  #congested = false
  #silent = false
  /** Position in the stream that changes with every delivery logged; see `DrawLog.position`. */
  #deliveries = 0
  readonly #lostTakes: Set<number> = new Set()
  readonly #lostConnections: Set<number> = new Set()
  lost = 0

  /** @param noticing Called before each event, until it says `false`; with `true` when the first slab is full. */
  constructor(memory: RingMemory, noticing: (full: boolean) => boolean = () => false) {
    this.#memory = memory
    this.#noticing = noticing
    this.#control = new Int32Array(memory.control)
    this.#words = new Int32Array(memory.slabs)
    this.#floats = new Float64Array(memory.slabs)
    this.#bigints = new BigInt64Array(memory.slabs)
    this.#bytes = Buffer.from(memory.slabs)
    Atomics.store(this.#control, control.words, 1)
    this.#words[1] = -1
    Atomics.store(this.#words, 0, slabHead)
  }

  /** Nobody reads any more: nothing is told, nothing is counted. */
  silence(): void {
    this.#silent = true
    this.#position = this.#limit
  }

  /** Nothing was told yet. */
  get isUntouched(): boolean {
    return this.#position === slabHead
  }

  /** More than three quarters of the slabs hold events that the worker has not taken yet. */
  get congested(): boolean {
    // Counted when a slab is full, and, once there are too many, until there are not.
    if (this.#congested) this.#congested = this.#isCongested()
    return this.#congested
  }

  /** Events were lost, and no room was there yet to say so. */
  get hasUntoldLoss(): boolean {
    return this.#lostTakes.size > 0
  }

  /** Says so, when there is room now. */
  tellLoss(): void {
    if (this.hasUntoldLoss) this.#nextSlab()
  }

  /** Number of deliveries told so far. */
  get deliveries(): number {
    return this.#deliveries
  }

  /** Notes that something was delivered to a take, so that no run of draws spans it. */
  delivered(): void {
    this.#deliveries++
  }

  /** Tells an event without payload. */
  mark(kind: number, take: number, subject: number, detail: number, at: number): void {
    if (!this.#reserve(recordHead, kind, take, subject)) return
    this.#head(recordHead, kind, 0, take, subject, detail)
    this.#floats[(this.#position + 24) >> 3] = at
    this.#commit(recordHead)
  }

  /** Tells an event whose value is a 64-bit integer. */
  markBigint(kind: number, take: number, subject: number, detail: number, value: bigint): void {
    if (!this.#reserve(recordHead, kind, take, subject)) return
    this.#head(recordHead, kind, 0, take, subject, detail)
    this.#bigints[(this.#position + 24) >> 3] = value
    this.#commit(recordHead)
  }

  /** Tells an event with bytes. */
  bytes(kind: number, take: number, subject: number, detail: number, at: number, payload: Uint8Array): void {
    const length = payload.length
    if (length > payloadLimit) {
      // All but the last. When one is lost nothing can follow but a gap, and the reader forgets the others.
      let from = 0
      for (; length - from > payloadLimit; from += payloadLimit) {
        if (!this.#piece(kind | moreFollows, take, subject, detail, at, payload.subarray(from, from + payloadLimit))) return
      }
      this.#piece(kind, take, subject, detail, at, payload.subarray(from))
      return
    }
    this.#piece(kind, take, subject, detail, at, payload)
  }

  #piece(kind: number, take: number, subject: number, detail: number, at: number, payload: Uint8Array): boolean {
    const { length } = payload
    const size = (recordHead + length + 7) & ~7
    if (!this.#reserve(size, kind, take, subject)) return false
    this.#head(size, kind, length, take, subject, detail)
    this.#floats[(this.#position + 24) >> 3] = at
    this.#bytes.set(payload, this.#position + recordHead)
    this.#commit(size)
    return true
  }

  /** Tells an event with text. */
  text(kind: number, take: number, subject: number, detail: number, at: number, payload: string, encoding: BufferEncoding): void {
    // The longest that the text can become: latin1 and ascii one byte each, UTF-8 three bytes per UTF-16 unit.
    const longest = encoding === 'latin1' || encoding === 'binary' || encoding === 'ascii' ? payload.length : payload.length * 3
    if (longest > payloadLimit) {
      this.bytes(kind, take, subject, detail, at, Buffer.from(payload, encoding))
      return
    }
    if (!this.#reserve((recordHead + longest + 7) & ~7, kind, take, subject)) return
    const start = this.#position + recordHead
    const length = this.#bytes.write(payload, start, encoding)
    const size = (recordHead + length + 7) & ~7
    this.#head(size, kind, length, take, subject, detail)
    this.#floats[(this.#position + 24) >> 3] = at
    this.#commit(size)
  }

  #head(size: number, kind: number, length: number, take: number, subject: number, detail: number): void {
    const word = this.#position >> 2
    const words = this.#words
    words[word] = size
    words[word + 1] = kind
    words[word + 2] = length
    words[word + 3] = take
    words[word + 4] = subject
    words[word + 5] = detail
  }

  #commit(size: number): void {
    this.#position += size
    Atomics.store(this.#words, (this.#slab * slabSize) >> 2, this.#position - this.#slab * slabSize)
  }

  #reserve(size: number, kind: number, take: number, subject: number): boolean {
    if (this.#position + size <= this.#limit) return true
    if (this.#silent) return false
    if (this.#noticing !== undefined) return this.#noticed(size) || this.#reserve(size, kind, take, subject)
    if (this.#nextSlab()) return this.#reserve(size, kind, take, subject)
    this.lost++
    this.#lostTakes.add(take)
    if (connectionKinds.has(kind & ~moreFollows)) this.#lostConnections.add(subject)
    this.#position = this.#limit
    return false
  }

  /** @returns Whether room was made for this one event. */
  #noticed(size: number): boolean {
    const noticing = this.#noticing
    const full = this.#position + size > slabSize
    this.#noticing = undefined
    this.#limit = slabSize
    if (noticing?.(full) !== true || full) return false
    this.#noticing = noticing
    this.#limit = this.#position + size
    return true
  }

  #isCongested(): boolean {
    let used = 0
    for (let slab = 0; slab < this.#memory.slabCount; slab++) used += Atomics.load(this.#control, control.words + slab)
    return used * 4 > this.#memory.slabCount * 3
  }

  #nextSlab(): boolean {
    const count = this.#memory.slabCount
    this.#congested = this.#isCongested()
    // The lowest free slab: few pages are touched while the worker keeps up.
    for (let slab = 0; slab < count; slab++) {
      if (Atomics.load(this.#control, control.words + slab) !== 0) continue
      Atomics.store(this.#control, control.words + slab, 1)
      const base = slab * slabSize
      this.#words[(base >> 2) + 1] = -1
      Atomics.store(this.#words, base >> 2, slabHead)
      Atomics.store(this.#words, ((this.#slab * slabSize) >> 2) + 1, slab)
      this.#slab = slab
      this.#position = base + slabHead
      this.#limit = base + slabSize
      if (this.#lostTakes.size > 0) this.#tellGap()
      return true
    }
    return false
  }

  #tellGap(): void {
    const gap = packGap({ takes: this.#lostTakes, connections: this.#lostConnections })
    this.#lostTakes.clear()
    this.#lostConnections.clear()
    this.bytes(eventKinds.gap, 0, 0, this.lost, 0, gap)
  }
}
