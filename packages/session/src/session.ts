import type { Scope } from '@retake/core'
import type { Seam } from '@retake/transport'
import type { TriggerSink } from './trigger-sink.ts'

/** One live run of the SDK in a process. What differs between the modes stands behind this interface. */
export interface Session {
  readonly mode: 'record' | 'replay'
  readonly seam: Seam
  readonly triggers: TriggerSink
  /** The scope of code outside every take, while `main` is observed. */
  readonly main: Scope
  /** The process listens: from here on code outside takes is background, and its draws are native. */
  listening(): void
  /** The process ends. Synchronous; called once. */
  end(): void
}


