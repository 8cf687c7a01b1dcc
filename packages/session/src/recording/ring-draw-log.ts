import { primordials } from '@retake/core'
import type { DrawLog } from '@retake/determinism'
import { eventKinds } from '../ring/ring-layout.ts'
import type { RingWriter } from '../ring/ring-writer.ts'

const now = primordials.performanceNow

/** Writes observed draws and deliveries into the ring. */
export class RingDrawLog implements DrawLog {
  readonly #ring: RingWriter

  constructor(ring: RingWriter) {
    this.#ring = ring
  }

  number(take: number, kind: number, value: number): void {
    this.#ring.mark(eventKinds.drawNumber, take, kind, 1, value)
  }

  again(take: number, kind: number, times: number): void {
    this.#ring.mark(eventKinds.drawAgain, take, kind, times, 0)
  }

  bigint(take: number, kind: number, value: bigint): void {
    this.#ring.markBigint(eventKinds.drawBigint, take, kind, 1, value)
  }

  text(take: number, kind: number, value: string): void {
    this.#ring.text(eventKinds.drawText, take, kind, 1, 0, value, 'utf8')
  }

  bytes(take: number, kind: number, value: Uint8Array): void {
    this.#ring.bytes(eventKinds.drawBytes, take, kind, 1, 0, value)
  }

  timerFired(take: number, ordinal: number, part: number): void {
    this.#ring.delivered()
    this.#ring.mark(eventKinds.timerFired, take, ordinal, part, now())
  }

  jobDelivered(take: number, ordinal: number): void {
    this.#ring.delivered()
    this.#ring.mark(eventKinds.jobDelivered, take, ordinal, 0, now())
  }

  position(): number {
    return this.#ring.deliveries
  }
}
