import type { SpanRecord, Take, TakeSpan } from '@retake/core'

/** Spans of one take beyond this many are only counted; one more place is the server span's. */
const spanLimit = 999

/** A span on its way through the ring: `start` and `end` in ms on the monotonic clock. */
export type ToldSpan = SpanRecord

/** The spans of one take while it is being put together. */
export class SpanAssembly {
  #kept = 0
  #leftOut = 0
  #told = 0
  #new: TakeSpan[] = []

  get full(): boolean {
    return this.#kept >= spanLimit
  }

  /** @param began Beginning of the take, ms on the monotonic clock. */
  add({ start, end, ...span }: ToldSpan, began: number): void {
    this.#kept++
    this.#new.push({ ...span, startedAt: start - began, durationMs: Math.max(0, end - start) })
  }

  /** There is no room for a span. */
  leaveOut(): void {
    this.#leftOut++
  }

  /** @returns What was added or counted since the last time. */
  take(): Pick<Take, 'spans' | 'spansLeftOut'> {
    const spans = this.#new
    this.#new = []
    const counted = this.#leftOut !== this.#told
    this.#told = this.#leftOut
    return { ...(spans.length === 0 ? {} : { spans }), ...(counted ? { spansLeftOut: this.#leftOut } : {}) }
  }
}
