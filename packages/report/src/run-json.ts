import type { TakeVerdict, Verdict } from '@retake/comparison'
import type { TakeAccount } from '@retake/core'
import { failedTakes, type LearnedRules, type RunResult, type TakeResult } from './run-result.ts'

/** A run for programs. Members are only ever added; a change of meaning gets another `format`. */
export interface RunJson {
  readonly format: 1
  readonly pass: boolean
  readonly cassette: string
  readonly command: string | null
  readonly durationMs: number
  readonly counts: { readonly takes: number; readonly passed: number; readonly failed: number; readonly notRun: number }
  readonly takes: readonly TakeJson[]
  /** With `--learn` only. */
  readonly learned?: LearnedRules
}

export interface TakeJson {
  readonly take: string
  readonly method: string
  readonly target: string
  readonly pass: boolean
  readonly status: number | null
  readonly recordedStatus: number | null
  readonly durationMs: number
  readonly recordedDurationMs: number | null
  readonly reasons: TakeVerdict['reasons']
  readonly warnings: TakeVerdict['warnings']
  /** Label of the call that was not answered and that the differing outcome may follow from. */
  readonly cause: string | null
  readonly differences: Verdict['differences']
  readonly moreDifferences: boolean
  /** Values that could not be given back, and are none. */
  readonly tolerated: Verdict['differences']
  readonly calls: TakeAccount | null
}

/** The whole run as a value that `JSON.stringify` writes without loss. */
export function toJson(run: RunResult): RunJson {
  const failed = failedTakes(run).length
  return {
    format: 1,
    pass: failed === 0,
    cassette: run.cassette,
    command: run.command ?? null,
    durationMs: run.durationMs,
    counts: { takes: run.takes.length, passed: run.takes.length - failed, failed, notRun: run.notRun ?? 0 },
    takes: run.takes.map(takeJson),
    ...(run.learned !== undefined && { learned: run.learned }),
  }
}

function takeJson(result: TakeResult): TakeJson {
  return {
    take: result.take,
    method: result.method,
    target: result.target,
    pass: result.decision.pass,
    status: result.status ?? null,
    recordedStatus: result.recordedStatus ?? null,
    durationMs: result.durationMs,
    recordedDurationMs: result.recordedDurationMs ?? null,
    reasons: result.decision.reasons,
    warnings: result.decision.warnings,
    cause: result.decision.cause ?? null,
    differences: result.verdict?.differences ?? [],
    moreDifferences: result.verdict?.more ?? false,
    tolerated: result.verdict?.tolerated ?? [],
    calls: result.account ?? null,
  }
}
