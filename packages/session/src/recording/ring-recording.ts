import { RetakeError } from '@retake/core'
import type { SaveHook } from '../hooks/save-hook.ts'
import { control } from '../ring/ring-layout.ts'
import { RingReader } from '../ring/ring-reader.ts'
import { bareDraw, RecordedDraws } from '../secrets/recorded-draws.ts'
import { EventInterpreter } from './event-interpreter.ts'
import type { RecordingNews, RecordingOrder } from './recorder.ts'
import { roomForTakes } from './take-memory.ts'
import { TakeWriting, type WritingTurn } from './take-writing.ts'

/** Puts takes together from what the ring holds, and has them written: in the recording worker, or at the end of a process without one. */
export class RingRecording {
  readonly #reader: RingReader
  readonly #words: Int32Array
  readonly #interpreter: EventInterpreter
  readonly #writing: TakeWriting
  readonly #tell: (news: RecordingNews) => void
  /** What the main thread's clock is ahead of this thread's, which started later: takes are told in the main thread's time. */
  readonly #ahead: number

  /**
   * @param hook Runs `beforeSave` on the main thread.
   * @throws RetakeError RETAKE_CASSETTE_UNWRITABLE.
   */
  constructor(order: RecordingOrder, tell: (news: RecordingNews) => void, hook: SaveHook) {
    this.#tell = tell
    this.#ahead = performance.timeOrigin - order.timeOrigin
    this.#reader = new RingReader(order.memory)
    this.#words = new Int32Array(order.memory.control)
    // The writing is there before the first event is interpreted.
    const drawn = new RecordedDraws(order.draws, order.redactionKey)
    this.#interpreter = new EventInterpreter(
      order.process.id,
      roomForTakes(order.memory.slabs.byteLength),
      (...fact) => this.#writing.fact(...fact),
      (kind, value) => drawn.drawn(kind, bareDraw(kind, value)),
    )
    this.#writing = new TakeWriting(order, this.#interpreter, { drawn, tell, mainHook: hook })
  }

  /**
   * Empties the ring, and writes what is ready.
   * @param turn In the final one everything is.
   */
  turn(turn: WritingTurn): void {
    const hear = (): void => {
      this.#reader.drain((event) => this.#interpreter.interpret(event))
      Atomics.add(this.#words, control.progress, 1)
    }
    hear()
    this.#writing.write(performance.now() + this.#ahead, turn, hear)
    this.#interpreter.forget()
  }

  /** The last turn, and the end of the cassette. */
  close(): void {
    this.turn('final')
    this.#writing.close()
    this.tellCounts()
  }

  tellCounts(): void {
    this.#tell({ type: 'counts', counts: this.#writing.counts })
  }
}

/** What went wrong, as news. */
export function failureNews(error: unknown): RecordingNews {
  // What we raise ourselves says where and what to do; where in our code it was raised helps nobody.
  if (error instanceof RetakeError) return { type: 'failed', code: error.code, message: error.message }
  return {
    type: 'failed',
    code: 'RETAKE_RECORDER_FAILED',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }
}
