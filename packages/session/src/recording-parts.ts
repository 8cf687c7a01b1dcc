import type { SpanIds } from '@retake/core'

/** What a session that records needs beside its settings. */
export interface RecordingParts {
  /** File of the recording worker. */
  readonly workerFile: URL
  /** Release of the SDK. */
  readonly sdk: string
  /**
   * Ids of the app's own span that is active where it is called: at every write to a connection, so it must be cheap.
   * @default there is none
   */
  readonly activeSpan?: () => SpanIds | undefined
}
