import type { UncontrolledSource, UncontrolledUse } from '@retake/core'
import { appCaller } from './app-caller.ts'
import { nativeAddOns } from './native-add-ons.ts'
import { processFacts } from './process-facts.ts'

/** Further ones are only counted under what is there already. */
const mostUses = 20

/** Which uncontrolled sources a take has used, and from where each was first. */
export class UncontrolledAccount {
  readonly #uses = new Map<string, { source: UncontrolledSource; what: string; count: number; at?: string }>()

  /** A stack is captured for the first use of each only: it costs 2 to 7 µs. */
  saw(source: UncontrolledSource, what: string, entry: CallableFunction): void {
    const key = `${source}\n${what}`
    const use = this.#uses.get(key)
    if (use !== undefined) use.count++
    else if (this.#uses.size < mostUses) {
      const at = appCaller(entry)
      // Node itself, and nobody else, has called it.
      if (at !== undefined) this.#uses.set(key, { source, what, count: 1, at })
    }
  }

  /** @param pools Sizes of the random pools that were drawn at once, in bytes. */
  report(pools: readonly number[]): readonly UncontrolledUse[] {
    return [
      ...[...this.#uses.values()].map((use) => ({ ...use })),
      ...pools.map((size) => ({ source: 'pool of ids' as const, what: `${size} random bytes at once`, count: 1 })),
      ...processFacts(),
      ...nativeAddOns().map((what) => ({ source: 'native add-on' as const, what, count: 1 })),
    ]
  }
}
