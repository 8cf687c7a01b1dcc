import { Buffer } from 'node:buffer'
import type { Call, Ending, FieldValue } from '@retake/core'
import type { OpenInteraction, Stamp } from '../protocol.ts'
import type { CopiedData } from './call.ts'
import type { Message } from './codec.ts'

/** One interaction while the server answers it: collects the messages of one delivery into one chunk. */
export class Exchange {
  readonly #open: OpenInteraction
  readonly #callWith: (copy: CopiedData | undefined) => Call
  #parts: Buffer[] = []
  /** Messages that lie behind one another in memory. */
  #run: { readonly source: Buffer; readonly start: number; end: number } | undefined
  #meta: { [name: string]: FieldValue } = {}
  #ended = false
  #delivered = false
  /** An ErrorResponse was part of the answer. */
  failed = false

  /** @param callWith The call, given what was copied in, if anything was. */
  constructor(open: OpenInteraction, callWith: (copy: CopiedData | undefined) => Call) {
    this.#open = open
    this.#callWith = callWith
    open.call(callWith(undefined))
  }

  get ended(): boolean {
    return this.#ended
  }

  /** A message of the answer; its source is good until `flush`. */
  part({ source, start, end }: Message): void {
    // Neighbours in memory become one view, so that a chunk of many rows is cut out once.
    const run = this.#run
    if (run !== undefined && run.source === source && run.end === start) {
      run.end = end
      return
    }
    this.#endRun()
    this.#run = { source, start, end }
  }

  /** What the client copied in is known. */
  copied(copy: CopiedData): void {
    this.#open.call(this.#callWith(copy))
  }

  meta(meta: { readonly [name: string]: FieldValue }): void {
    Object.assign(this.#meta, meta)
  }

  /** What was collected arrived together. */
  flush(stamp: Stamp): void {
    this.#endRun()
    if (this.#parts.length === 0) return
    const [first] = this.#parts
    const bytes = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts)
    this.#parts = []
    this.#delivered = true
    if (!this.#ended) this.#open.chunk(bytes, stamp)
  }

  /**
   * The server is ready for the next statement. Where that did not come along with the last of the answer (errors are sent
   * at once, before the transaction is cleaned up) it is a delivery of its own, without bytes.
   */
  ready(stamp: Stamp): void {
    if (this.#run === undefined && this.#parts.length === 0 && this.#delivered && !this.#ended)
      this.#open.chunk(new Uint8Array(0), stamp, 'ready')
  }

  end(ending: Ending, stamp: Stamp): void {
    if (this.#ended) return
    this.flush(stamp)
    this.#ended = true
    if (Object.keys(this.#meta).length > 0) this.#open.meta(this.#meta)
    this.#open.end(ending, stamp)
  }

  #endRun(): void {
    const run = this.#run
    if (run === undefined) return
    this.#run = undefined
    this.#parts.push(run.source.subarray(run.start, run.end))
  }
}
