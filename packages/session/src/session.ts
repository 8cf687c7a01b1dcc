import { RetakeError, type Scope, type SpanRecord, type TakeAccount } from '@retake/core'
import type { Seam } from '@retake/transport'
import type { BackgroundHost } from './background/timer-watch.ts'
import type { Hooks } from './hooks/interaction-hook.ts'
import type { SessionStats } from './control-message.ts'
import type { TriggerSink } from './trigger-sink.ts'

/** A test's cassette while the test runs. */
export interface OpenTest {
  readonly mode: 'record' | 'replay'
  readonly scope: Scope
  /**
   * The test is over.
   * @param keep At record: whether the cassette is written.
   * @returns At replay: what became of the recorded calls.
   * @throws RetakeError when the cassette could not be written.
   */
  end(keep: boolean): TakeAccount | undefined
}

/** `auto`: each test's cassette decides. */
export type SessionMode = 'record' | 'replay' | 'auto'

/** One live run of the SDK in a process. What differs between the modes stands behind this interface. */
export interface Session {
  readonly mode: SessionMode
  readonly seam: Seam
  readonly triggers: TriggerSink
  /** The scope of code outside every take, while `main` is observed; `undefined` where there is no such take. */
  readonly main: Scope | undefined
  /** Tells people; set by whoever starts the session. */
  notice: (level: 'info' | 'warn' | 'error', text: string, code?: string) => void
  /** A span of our own telemetry ended; absent where nobody keeps them. */
  span?(scope: Scope | undefined, span: SpanRecord): void
  /** What becomes of work in the background; absent where it is nobody's. */
  readonly background?: BackgroundHost
  /** What was counted so far. */
  stats(): Omit<SessionStats, 'pid' | 'mode' | 'cassette' | 'durationMs'>
  /**
   * The id that the scope's take has in the cassette; `main`'s for code outside every take.
   * @returns `undefined` where there is none.
   */
  takeId(scope: Scope | undefined): string | undefined
  /**
   * The process listens.
   * @returns Whether that ends its start-up: from here on code outside takes is background, and its draws are native. `false` in a
   *   test run, whose servers answer its own requests: all of it is one take.
   */
  listening(): boolean
  /**
   * One call through `seam()` in the scope that now runs.
   * @param call Makes the real call.
   */
  throughSeam(name: string, args: readonly unknown[], call: () => unknown): unknown
  /**
   * Opens the cassette of a test.
   * @param hooks Of this cassette alone; they take the place of the session's.
   * @throws RetakeError where this session cannot do what is asked, or the cassette cannot be read.
   */
  open(name: string, place: string, mode: 'record' | 'replay', hooks?: Hooks): OpenTest
  /**
   * The process ends. Synchronous; called once.
   * @param exitCode Where the process ends by itself.
   */
  end(exitCode?: number): void
}

/** A process that records cannot replay a test's cassette, nor the other way round. */
export function otherMode(place: string, does: 'records' | 'replays'): RetakeError {
  return new RetakeError('RETAKE_USAGE', `${place} cannot be used as asked: this process ${does} as a whole (RETAKE_MODE).`, {
    remedy: 'Unset RETAKE_MODE to let each cassette decide, or give the cassette no mode.',
  })
}
