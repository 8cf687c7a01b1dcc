/**
 * Which id of the one run stands for which of the other: one to one, across everything that is compared with the same
 * instance (a message, a take, all takes of a run). Swapped, split and collapsed ids are thereby found, though each of
 * them alone looks like noise.
 */
export class References {
  readonly #replayed: Map<string, string> = new Map()
  readonly #recorded: Map<string, string> = new Map()
  /** Ids that are the same in both runs; most are, where the runs are of the same code and data. */
  readonly #same: Set<string> = new Set()
  /** Recorded ids in the order bound, to be able to go back. */
  readonly #bound: string[] = []

  /** @returns What speaks against it, one clause; `undefined` when the two stand for each other. */
  bind(recorded: string, replayed: string): string | undefined {
    const standsFor = this.known(recorded)
    if (standsFor === replayed) return undefined
    if (standsFor !== undefined) return `elsewhere ${brief(recorded)} became ${brief(standsFor)}`
    const other = this.#recorded.get(replayed) ?? (this.#same.has(replayed) ? replayed : undefined)
    if (other !== undefined) return `elsewhere ${brief(replayed)} stands for ${brief(other)}`
    if (recorded === replayed) this.#same.add(recorded)
    else {
      this.#replayed.set(recorded, replayed)
      this.#recorded.set(replayed, recorded)
    }
    this.#bound.push(recorded)
    return undefined
  }

  /** The replayed id that a recorded one is known to be. */
  known(recorded: string): string | undefined {
    if (this.#same.has(recorded)) return recorded
    return this.#replayed.size === 0 ? undefined : this.#replayed.get(recorded)
  }

  /** Every recorded id with the replayed one that it stands for, where that is another one. */
  pairs(): Iterable<readonly [recorded: string, replayed: string]> {
    return this.#replayed.entries()
  }

  /** A point to go back to. */
  mark(): number {
    return this.#bound.length
  }

  /** Forgets what was bound since the mark. */
  backTo(mark: number): void {
    for (const recorded of this.#bound.splice(mark)) {
      this.#same.delete(recorded)
      const replayed = this.#replayed.get(recorded)
      this.#replayed.delete(recorded)
      if (replayed !== undefined) this.#recorded.delete(replayed)
    }
  }
}

function brief(id: string): string {
  return id.length <= 40 ? id : `${id.slice(0, 39)}…`
}
