import type { DrawKind } from '@retake/core'

/** What became of the recorded draws and deliveries of one take. */
export interface PlaybackReport {
  /** Draws answered from the log. */
  readonly served: number
  /** Draws beyond the log, by kind and place: continued from a keyed generator, or from the virtual clock. */
  readonly exhausted: readonly { readonly kind: DrawKind; readonly count: number; readonly after: string }[]
  /** Draws whose place was recorded, and whose value was not, as nobody asked for that: made anew. */
  readonly withheld: readonly { readonly kind: DrawKind; readonly count: number; readonly after: string }[]
  /** Deliveries that did not come in the recorded order, one sentence each. */
  readonly diverged: readonly string[]
  /** Draws answered from another place of the log than the one where they were made. */
  readonly shifted: number
  /** How often a recorded delivery was waited for that did not come. */
  readonly stalls: number
}

/** More sentences than anybody reads are only counted. */
const divergenceLimit = 100

type Counts = Map<string, { readonly kind: DrawKind; count: number; readonly after: string }>

function count(counts: Counts, kind: DrawKind, after: string): void {
  const key = `${kind} ${after}`
  const entry = counts.get(key)
  if (entry === undefined) counts.set(key, { kind, count: 1, after })
  else entry.count++
}

/** Keeps the account of a playback. */
export class PlaybackAccount {
  served = 0
  shifted = 0
  stalls = 0
  readonly #exhausted: Counts = new Map()
  readonly #withheld: Counts = new Map()
  readonly #diverged: string[] = []
  #unsaid = 0

  exhausted(kind: DrawKind, after: string): void {
    count(this.#exhausted, kind, after)
  }

  withheld(kind: DrawKind, after: string): void {
    count(this.#withheld, kind, after)
  }

  diverged(what: string): void {
    if (this.#diverged.length < divergenceLimit) this.#diverged.push(what)
    else this.#unsaid++
  }

  report(): PlaybackReport {
    const more = this.#unsaid === 0 ? [] : [`${this.#unsaid} more`]
    return {
      served: this.served,
      exhausted: [...this.#exhausted.values()].map((entry) => ({ ...entry })),
      withheld: [...this.#withheld.values()].map((entry) => ({ ...entry })),
      diverged: [...this.#diverged, ...more],
      shifted: this.shifted,
      stalls: this.stalls,
    }
  }
}
