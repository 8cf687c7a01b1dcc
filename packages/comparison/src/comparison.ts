import { pathRules, type CompareRules } from './compare-rules.ts'
import type { JsonValue } from './json-value.ts'
import { opaqueText, type Path, pathText } from './path.ts'
import type { PathRules } from './path-rules.ts'
import { References } from './references.ts'
import type { Difference, DifferenceClass } from './verdict.ts'

/** The clocks of the two runs; with them, values that cannot be replayed are compared by kind, format and reference. */
export interface RunClocks {
  /** ms since the epoch, on the clock of the recorded run. */
  readonly recordedAt: number
  /** ms since the epoch, on the clock of the other run. */
  readonly replayedAt: number
  /** How far a time may be from where the run's clock puts it, ms. @default 5000 */
  readonly toleranceMs?: number
  /**
   * The clocks of what was compared before in the same runs, oldest first: a time that was made then keeps its distance from
   * then, however fast each run went on.
   */
  readonly earlier?: readonly Pick<RunClocks, 'recordedAt' | 'replayedAt'>[]
}

export interface CompareContext {
  readonly rules?: CompareRules
  /**
   * Turns typed noise on: times, ids and tokens that differ are equivalent when class, format, distance from the clock
   * and references hold. Without it every value must be equal, which is right where draws are replayed.
   */
  readonly clocks?: RunClocks
  /**
   * Reduces placeholders of redacted values to what they have in common, and leaves everything else as it is; redaction
   * has one. Both outcomes must have been redacted. Values that then are the same text are equivalent, and must stand for
   * each other one to one.
   */
  readonly canonicalText?: (text: string) => string
  /** The bodies hold masked secrets: an ETag that was made of the secrets themselves may differ. */
  readonly hidesSecrets?: boolean
  /** Give the same instance to the comparisons of all takes of a run, and ids are held together across them. */
  readonly references?: References
}

/** Why two values are not equivalent. */
export interface Mismatch {
  readonly class: DifferenceClass
  readonly reason: string
}

/** Two texts, ready to be shown. */
export interface Sides {
  readonly recorded: string | undefined
  readonly replayed: string | undefined
}

type CompareNested = (recorded: JsonValue, replayed: JsonValue, path: Path, run: Comparison) => void

/** A value that is made of others. */
export interface Follower {
  readonly path: Path
  readonly recorded: string
  readonly replayed: string
}

const mostDifferences = 1000
const longestValue = 16_384
const defaultToleranceMs = 5000

/** The state of one comparison: what is known of the runs, what was tolerated, what differs. */
export class Comparison {
  readonly rules: CompareRules
  readonly paths: PathRules
  readonly clocks: RunClocks | undefined
  readonly toleranceMs: number
  readonly references: References
  readonly canonicalText: CompareContext['canonicalText']
  readonly hidesSecrets: boolean
  /** How many values differed and were tolerated. */
  tolerated = 0
  more = false
  /** Characters looked at to explain differences better. */
  examined = 0
  /** Hashes and ETags that differ: right when, and only when, something that they may be made of differs. */
  readonly follows: Follower[] = []
  #differences: Difference[] = []
  /** Comparisons on trial are bounded: a hostile message must not buy unbounded work with a small body. */
  #trialsLeft = 20_000
  #depth = 0

  readonly #compareNested: CompareNested

  /** @param compareNested Compares two JSON values that were found inside a text. */
  constructor(context: CompareContext, compareNested: CompareNested) {
    this.#compareNested = compareNested
    this.rules = context.rules ?? {}
    this.paths = pathRules(this.rules)
    this.clocks = context.clocks
    this.toleranceMs = context.clocks?.toleranceMs ?? defaultToleranceMs
    this.canonicalText = context.canonicalText
    this.hidesSecrets = context.hidesSecrets ?? false
    this.references = context.references ?? new References()
  }

  get differences(): readonly Difference[] {
    return this.#differences
  }

  /** As many differences are known as are told. */
  get isFull(): boolean {
    return this.#differences.length >= mostDifferences
  }

  /** Whether two different texts are placeholders of the same form. */
  isSameSecret(recorded: string, replayed: string): boolean {
    const { canonicalText } = this
    return canonicalText !== undefined && canonicalText(recorded) === canonicalText(replayed)
  }

  report(path: Path | string, mismatch: Mismatch, sides: Sides): void {
    if (this.#differences.length >= mostDifferences) {
      this.more = true
      return
    }
    const where = typeof path === 'string' ? path : pathText(path)
    const below = typeof path === 'string' ? '' : opaqueText(path)
    this.#differences.push({
      path: where,
      class: mismatch.class,
      recorded: cut(sides.recorded),
      replayed: cut(sides.replayed),
      reason: below === '' ? mismatch.reason : `at ${below}: ${mismatch.reason}`,
    })
  }

  /** Replaces the differences found since `from` by one that says more. */
  replaceSince(from: number, path: Path, mismatch: Mismatch, sides: Sides): void {
    this.#differences.length = from
    this.report(path, mismatch, sides)
  }

  /**
   * Compares on trial: what differs is handed back instead of reported, and in that case nothing stays bound.
   * @returns `undefined` when nothing differs; a difference that says so when too much was tried already.
   */
  trial(compare: () => void): readonly Difference[] | undefined {
    if (this.#trialsLeft-- <= 0 || this.#depth >= 50) return [tooMuch]
    const kept = {
      differences: this.#differences,
      tolerated: this.tolerated,
      more: this.more,
      follows: this.follows.length,
      mark: this.references.mark(),
    }
    this.#differences = []
    this.#depth++
    compare()
    this.#depth--
    const found = this.#differences
    this.#differences = kept.differences
    this.more = kept.more
    if (found.length === 0) return undefined
    this.tolerated = kept.tolerated
    this.follows.length = kept.follows
    this.references.backTo(kept.mark)
    return found
  }

  /** Compares two JSON values that were found inside a text, on trial. @returns The first difference. */
  nested(recorded: JsonValue, replayed: JsonValue, what: string): Difference | undefined {
    const root: Path = { parent: undefined, step: what, isOpaque: false, rules: [] }
    return this.trial(() => this.#compareNested(recorded, replayed, root, this))?.[0]
  }
}

const tooMuch: Difference = {
  path: '',
  class: 'value',
  recorded: undefined,
  replayed: undefined,
  reason: 'too many combinations to compare',
}

function cut(text: string | undefined): string | undefined {
  return text === undefined || text.length <= longestValue ? text : `${text.slice(0, longestValue)}…`
}
