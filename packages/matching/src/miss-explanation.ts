import type { Call } from '@retake/core'
import type { FieldDifference } from './field-difference.ts'
import type { AnswerPolicy } from './find-answer.ts'
import type { NearCall } from './nearest-calls.ts'

/** What the session knows and this package must not. */
export interface MissContext {
  /** Name of the mode, as the user wrote it. */
  readonly mode: string
  /** Path or address of the cassette. */
  readonly cassette: string
  /** One line about the take's trigger: `GET /orders/7`. */
  readonly trigger?: string
  readonly policy?: AnswerPolicy
  /** The command that records this app again. */
  readonly recordCommand?: string
}

/** Why a recorded call did not answer. */
export type Exclusion =
  /** Its fields differ. */
  | 'differs'
  /** It is the same call, and its answer was given already. */
  | 'used up'
  /** It is the same call in another take, and it was lent already. */
  | 'lent already'
  /** It is the same call in another take, and strictness keeps each take to its own. */
  | 'not lent'

/** A recorded call that came near, for programs. */
export interface NearMiss {
  readonly take: string
  readonly interaction: number
  readonly label: string
  readonly where: NearCall['where']
  readonly used: boolean
  readonly abandoned: boolean
  /** Names of the fields that are equal. */
  readonly same: readonly string[]
  readonly differences: readonly FieldDifference[]
  /** There are more differences than listed. */
  readonly more: boolean
  /** Values that differ and were drawn: which draw each is, a line for each. */
  readonly draws: readonly string[]
  readonly excluded: Exclusion
}

/** What kind of miss it is; decides the advice. */
export type MissSituation =
  | 'target never recorded'
  | 'used up'
  | 'differs'
  /** Only takes other than the own one and `main` have something like it. */
  | 'in another take'
  /** Only `main` has something like it. */
  | 'in main'
  /** There are calls to this target, but none like it. */
  | 'nothing near'

export interface MissExplanation {
  /** Several lines, mostly within 80 columns, without the last next step: that one is `remedy`. */
  readonly message: string
  readonly situation: MissSituation
  readonly call: Pick<Call, 'protocol' | 'target' | 'label' | 'effect'>
  readonly take: string
  readonly mode: string
  readonly cassette: string
  /** Nearest first, at most 3. */
  readonly nearest: readonly NearMiss[]
  /** How many equal calls the own take has, all of them used. */
  readonly usedUp: number
  /** What was recorded instead: number of calls by `protocol target`, at most 5, most first. */
  readonly recordedTargets: readonly { readonly protocol: string; readonly target: string; readonly calls: number }[]
  /** Two to four next steps with commands, most likely first. */
  readonly steps: readonly string[]
}
