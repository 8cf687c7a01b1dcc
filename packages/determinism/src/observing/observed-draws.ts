import { type DrawKind, drawKinds, type DrawStreams } from '@retake/core'
import type { DrawLog } from './draw-log.ts'

/** Number of each kind, for the log. */
export const kindNumbers: { readonly [kind in DrawKind]: number } = Object.fromEntries(drawKinds.map((kind, number) => [kind, number])) as {
  [kind in DrawKind]: number
}

const date = kindNumbers.date

/** A loop that waits for the clock shall not fill the log after its take, either. */
const mostToldSinceOver = 100

/**
 * Draws that are taken from the native source and logged. Reads of the wall clock that did not move are counted here, on
 * the app's thread: a loop that waits for the clock makes one entry for each millisecond, not one for each turn.
 */
export class ObservedDraws implements DrawStreams {
  readonly #take: number
  readonly #log: DrawLog
  #dateValue = Number.NaN
  #datePosition = -1
  #dateAgain = 0
  #isOver = false
  #toldSinceOver = 0

  /** @param take Number of the take. */
  constructor(take: number, log: DrawLog) {
    this.#take = take
    this.#log = log
  }

  number(kind: DrawKind, native: () => number): number {
    const value = native()
    if (kind !== 'date') {
      this.#log.number(this.#take, kindNumbers[kind], value)
      return value
    }
    const position = this.#log.position()
    if (value === this.#dateValue && position === this.#datePosition) {
      this.#dateAgain++
      if (this.#isOver && this.#toldSinceOver++ < mostToldSinceOver) this.flush()
      return value
    }
    if (this.#dateAgain > 0) this.flush()
    this.#dateValue = value
    this.#datePosition = position
    this.#log.number(this.#take, date, value)
    return value
  }

  bigint(kind: DrawKind, native: () => bigint): bigint {
    const value = native()
    this.#log.bigint(this.#take, kindNumbers[kind], value)
    return value
  }

  text(kind: DrawKind, native: () => string, key: number = 0): string {
    const value = native()
    this.#log.text(this.#take, kindNumbers[kind], kind === 'id' ? hex32(key) + value : value)
    return value
  }

  bytes(kind: DrawKind, size: number, native: () => Uint8Array): Uint8Array {
    const value = native()
    this.#log.bytes(this.#take, kindNumbers[kind], kind === 'result' || kind === 'key' ? withKey(size, value) : value)
    return value
  }

  /**
   * The take has had its outcome. Log lines and the like read the clock after that, and nothing may come that has their
   * count told: so each is told at once.
   */
  over(): void {
    this.flush()
    this.#isOver = true
  }

  /** Logs what is still being counted. To be called before the process ends. */
  flush(): void {
    if (this.#dateAgain === 0) return
    this.#log.again(this.#take, date, this.#dateAgain)
    this.#dateAgain = 0
  }
}

/** Results and keys are logged with their key before them, 4 bytes little-endian; the assembler takes it off. */
function withKey(key: number, value: Uint8Array): Uint8Array {
  const keyed = Buffer.allocUnsafe(4 + value.length)
  keyed.writeUInt32LE(key, 0)
  keyed.set(value, 4)
  return keyed
}

/** Ids are logged with their key before them, 8 hexadecimal digits; the assembler takes it off. */
function hex32(key: number): string {
  return key.toString(16).padStart(8, '0')
}

/** @param take Number of the take. */
export function observedDraws(take: number, log: DrawLog): ObservedDraws {
  return new ObservedDraws(take, log)
}
