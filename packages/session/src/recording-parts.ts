import type { SpanIds } from '@retake/core'
import type { applyHook } from './hooks/apply-hook.ts'
import type { SaveHook } from './hooks/save-hook.ts'
import type { RecordingNews, RecordingOrder } from './recording/recorder.ts'

/** What a session that records needs beside its settings. */
export interface RecordingParts {
  /** File of the recording worker. */
  readonly workerFile: URL
  /**
   * Does the worker's work in the calling thread, where the process ends before the worker is there. Loads its code.
   * @returns Whether it succeeded; else the last news says why it did not.
   */
  readonly recordHere: (order: RecordingOrder, tell: (news: RecordingNews) => void, hook: SaveHook) => boolean
  /** Runs a hook on the main thread. Loads the worker's code. */
  readonly runHook: typeof applyHook
  /** Release of the SDK. */
  readonly sdk: string
  /**
   * Ids of the app's own span that is active where it is called: at every write to a connection, so it must be cheap.
   * @default there is none
   */
  readonly activeSpan?: () => SpanIds | undefined
}
