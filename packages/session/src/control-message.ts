import type { TakeAccount } from '@retake/core'

/**
 * What an instrumented process tells the command that started it: one JSON object per line, over the Unix socket (named
 * pipe) that `RETAKE_CONTROL` names. The connection is made by the process and never keeps it alive.
 */
export type ControlMessage =
  | { readonly type: 'hello'; readonly pid: number; readonly mode: 'record' | 'replay' | 'auto'; readonly node: string }
  /** The process listens (TCP); `asked` is the port that the app asked for. */
  | {
      readonly type: 'listening'
      readonly pid: number
      readonly port: number
      readonly asked: number
      readonly host: string
      readonly secure: boolean
    }
  /** A take was recorded whole. */
  | {
      readonly type: 'recorded'
      readonly take: string
      readonly method: string
      readonly target: string
      readonly status: number
      readonly calls: number
      readonly durationMs: number
    }
  /** A replayed take ended: its response was sent and its calls are accounted for. */
  | { readonly type: 'account'; readonly account: TakeAccount }
  /** What the process counted, at its end. */
  | { readonly type: 'stats'; readonly stats: SessionStats }
  /** Something that a person should read: an error with its code, a take that was dropped. */
  | { readonly type: 'notice'; readonly level: 'info' | 'warn' | 'error'; readonly code?: string; readonly text: string }

/** One line of RETAKE_STATS. */
export interface SessionStats {
  readonly pid: number
  readonly mode: 'record' | 'replay' | 'auto'
  readonly cassette: string
  readonly takes: number
  /** By protocol. */
  readonly interactions: { readonly [protocol: string]: number }
  readonly served: number
  readonly missed: number
  readonly borrowed: number
  readonly repeated: number
  readonly unused: number
  readonly blocked: number
  readonly draws: number
  readonly exhausted: number
  readonly diverged: number
  /** Takes that were not recorded, or not as a whole, and therefore not kept. */
  readonly dropped: number
  /** Of these, those that did not fit `memoryMiB`. */
  readonly droppedForMemory: number
  /** Of these, requests that had no answer yet when the process ended. */
  readonly unanswered: number
  /** Of these, requests that came after the recorder had stopped (full disk). */
  readonly afterFailure: number
  readonly durationMs: number
}
