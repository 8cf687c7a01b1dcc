import type { TakeVerdict, Verdict } from '@retake/comparison'
import type { CallPolicy, TakeAccount } from '@retake/core'

/** What came of one take. */
export interface TakeResult {
  readonly take: string
  /** HTTP method of the trigger; `RUN` for a script, `TEST` for a test. */
  readonly method: string
  /** Request target, command or name of the test. */
  readonly target: string
  /** `undefined` when there was no answer. */
  readonly status: number | undefined
  readonly recordedStatus: number | undefined
  readonly durationMs: number
  readonly recordedDurationMs?: number
  /** Of the outcome; `undefined` when there is none to compare. */
  readonly verdict: Verdict | undefined
  readonly account: TakeAccount | undefined
  /** Of the take as a whole: `verdictOf` of outcome and account. */
  readonly decision: TakeVerdict
}

/** What came of a whole run. */
export interface RunResult {
  readonly takes: readonly TakeResult[]
  readonly durationMs: number
  /** Path or address. */
  readonly cassette: string
  readonly command?: string
  readonly calls: CallPolicy
  /** Takes that were selected but did not run, after `--bail` or an interruption. */
  readonly notRun?: number
  /** Not all takes one after the other as they were recorded: what the app keeps in memory between them may have been another. */
  readonly rearranged?: boolean
  /** What two replays of the same code taught, where somebody asked for that. */
  readonly learned?: LearnedRules
}

/** Rules for what differs between two replays of the same code. */
export interface LearnedRules {
  /** Where they were written; `null` when they were not. */
  readonly file: string | null
  readonly rules: readonly {
    /** The takes that it is for: `GET /orders/:id`. */
    readonly take: string
    readonly kind: 'noise' | 'unordered' | 'patterns'
    readonly path: string
    readonly pattern?: string
    /** The values of the two replays. */
    readonly first: string | undefined
    readonly second: string | undefined
  }[]
  /** What differs and no narrow rule can name. */
  readonly unlearnable: readonly { readonly take: string; readonly path: string; readonly reason: string }[]
}

/** What a run is about to do. */
export interface RunPlan {
  readonly takes: number
  readonly cassette: string
  readonly command?: string
}

export function failedTakes(run: RunResult): readonly TakeResult[] {
  return run.takes.filter((result) => !result.decision.pass)
}
