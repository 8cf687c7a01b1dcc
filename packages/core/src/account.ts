import type { UncontrolledSource } from './draw.ts'
import type { Call } from './interaction.ts'
import type { HttpReset } from './take.ts'

/** A call and the recorded interaction it has to do with, for reports. */
export interface AccountedCall {
  /** Recorded interaction's id in its take, where there is one. */
  readonly interaction?: number
  readonly label: string
  readonly effect: Call['effect']
  readonly protocol: string
  /** `borrowed`: the take it came from. */
  readonly from?: string
  /** `changed`: fields that were equal only after draws were replaced. `missed`: the whole explanation. */
  readonly reason?: string
  /**
   * How the call differs from the recorded one (`interaction`): of a `changed` call, and of a `missed` one whose recorded
   * counterpart nothing else asked for. That one is then no `missing` call: it is one change, not three.
   */
  readonly differences?: readonly CallDifference[]
  /** Which draw the call carries, where it is another one than in the recorded call: code has drawn more, fewer, or in another order. */
  readonly drawn?: string
}

/** One place in which a recorded call and the one that was asked differ. */
export interface CallDifference {
  /** `sql`, `params[0]`, `query.page`, `headers.accept`, `body.items[2].price`. */
  readonly path: string
  /** The text, or JSON of what is no text; left out where there was no such member. Cut at 16,384 characters. */
  readonly recorded?: string
  readonly asked?: string
}

/** An uncontrolled source that a take has used. */
export interface UncontrolledUse {
  readonly source: UncontrolledSource
  /** `git`, `data/prices.json`, `os.hostname()`. */
  readonly what: string
  /** How often, at least. */
  readonly count: number
  /** Where the app used it first: `app.js:12`. Not known of what belongs to the whole process. */
  readonly at?: string
}

/** What happened to the calls and draws of one replayed take. */
export interface TakeAccount {
  readonly take: string
  /**
   * How the app says that the stream of its response was reset (HTTP/2). A client may not hear of it: of a stream that is
   * through when it is reset nothing more is sent.
   */
  readonly reset?: HttpReset
  /** Calls answered by an unused interaction of the same take with the same key. */
  readonly served: number
  /** Asked but not recorded. */
  readonly missed: readonly AccountedCall[]
  /** Recorded but not asked for, nor changed into a missed call. */
  readonly missing: readonly AccountedCall[]
  /** Answered from another take or from `main`. */
  readonly borrowed: readonly AccountedCall[]
  /** Answered again with an answer already given. */
  readonly repeated: readonly AccountedCall[]
  /** Matched only with draw-aware or volatile-aware canonical forms. */
  readonly changed: readonly AccountedCall[]
  /**
   * Not recorded, and given up by the app right after a timer had fired that fired when the take was recorded, too: then the
   * timer may have come before the call was sent. None where absent.
   */
  readonly givenUp?: readonly AccountedCall[]
  /** Connections that the guard refused. */
  readonly blocked: readonly string[]
  readonly draws: {
    readonly served: number
    /** The same by kind. */
    readonly kinds?: { readonly [kind: string]: number }
    /** Draws answered from another place of the log than the one where they were made: code that changed draws earlier or later. */
    readonly shifted?: number
    /** How often a recorded delivery was waited for in vain. */
    readonly stalls?: number
    /** Kinds that ran out and were continued from the keyed generator, with how often and after what. */
    readonly exhausted: readonly { readonly kind: string; readonly count: number; readonly after: string }[]
    /** Draws whose values were not recorded, as nobody asked for that (generated keys): made anew, with how often and after what. */
    readonly withheld?: readonly { readonly kind: string; readonly count: number; readonly after: string }[]
    /** Sources that were used and are not controlled: a difference may come from there. None where absent. */
    readonly uncontrolled?: readonly UncontrolledUse[]
    /** Deliveries that did not come in the recorded order. */
    readonly diverged: readonly string[]
  }
}

/**
 * What is thought of a take that went another way than recorded and still came to the same outcome: draws beyond the recorded ones,
 * another order, answers from elsewhere or given again, calls that carry another draw. `strict`: it fails. `warn`: it is
 * said. `lenient`: it is only in the account.
 */
export type DeviationPolicy = 'strict' | 'warn' | 'lenient'

/** Outcome of a replayed take by its calls alone. */
export type CallPolicy = 'strict' | 'writes' | 'off'
