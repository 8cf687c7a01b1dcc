import type { RunPlan, RunResult, TakeResult } from '../run-result.ts'
import type { Screen } from '../screen.ts'

/** Tells of a run while it goes on. It only writes to its host: no files, no environment, no clock. */
export interface Reporter {
  readonly name: string
  started?(plan: RunPlan): void
  /** A take is done; called in the order in which takes end. */
  take?(result: TakeResult): void
  ended(run: RunResult): void
}

/** Where a reporter writes, and for whom. */
export interface ReporterHost extends Screen {
  /** Takes text as it is; line ends are the reporter's. */
  write(text: string): void
  /** Also show passing takes in full where they have warnings, or used what is not played back. @default false */
  readonly verbose?: boolean
}

export type CreateReporter = (host: ReporterHost) => Reporter
