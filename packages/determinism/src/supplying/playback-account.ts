import type { DrawKind, UncontrolledUse } from '@retake/core'

/** What became of the recorded draws and deliveries of one take. */
export interface PlaybackReport {
  /** Draws answered from the log. */
  readonly served: number
  /** The same by kind; kinds of which none was are left out. */
  readonly kinds: { readonly [kind in DrawKind]?: number }
  /** Draws beyond the log, by kind and place: continued from a keyed generator, or from the virtual clock. */
  readonly exhausted: readonly { readonly kind: DrawKind; readonly count: number; readonly after: string }[]
  /** Draws whose place was recorded, and whose value was not, as nobody asked for that: made anew. */
  readonly withheld: readonly { readonly kind: DrawKind; readonly count: number; readonly after: string }[]
  /** Deliveries that did not come in the recorded order, one sentence each. */
  readonly diverged: readonly string[]
  /** Draws answered from another place of the log than the one where they were made. */
  readonly shifted: number
  /** Uncontrolled sources that were used. */
  readonly uncontrolled: readonly UncontrolledUse[]
  /** How often a recorded delivery was waited for that did not come. */
  readonly stalls: number
}

/** More sentences than anybody reads are only counted. */
const divergenceLimit = 100

/** By kind and place: a loop that waits for a clock comes here with every turn. */
type Counts = Map<DrawKind, Map<number, number>>

function count(counts: Counts, kind: DrawKind, place: number): void {
  let places = counts.get(kind)
  if (places === undefined) counts.set(kind, (places = new Map()))
  places.set(place, (places.get(place) ?? 0) + 1)
}

function listed(counts: Counts, describe: (place: number) => string): PlaybackReport['exhausted'] {
  const all = [...counts].flatMap(([kind, places]) => [...places].map(([place, times]) => ({ kind, count: times, place })))
  return all.sort((a, b) => a.place - b.place).map(({ kind, count: times, place }) => ({ kind, count: times, after: describe(place) }))
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

  /** @param place Where the playback stands. */
  exhausted(kind: DrawKind, place: number): void {
    count(this.#exhausted, kind, place)
  }

  /** @param place Where the playback stands. */
  withheld(kind: DrawKind, place: number): void {
    count(this.#withheld, kind, place)
  }

  diverged(what: string): void {
    if (this.#diverged.length < divergenceLimit) this.#diverged.push(what)
    else this.#unsaid++
  }

  /** @param describe Names a place for people. */
  report(describe: (place: number) => string): Omit<PlaybackReport, 'kinds' | 'uncontrolled'> {
    const more = this.#unsaid === 0 ? [] : [`${this.#unsaid} more`]
    return {
      served: this.served,
      exhausted: listed(this.#exhausted, describe),
      withheld: listed(this.#withheld, describe),
      diverged: [...this.#diverged, ...more],
      shifted: this.shifted,
      stalls: this.stalls,
    }
  }
}
