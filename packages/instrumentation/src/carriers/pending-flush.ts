/**
 * A driver's own "write it at the end of this turn": finds it while the driver puts it off with `setImmediate`, and runs
 * it earlier where what comes next must not go into the same write.
 */
export class PendingFlush {
  readonly #name: string
  #flush: (() => unknown) | undefined
  #immediate: { readonly _destroyed?: boolean } | undefined

  /** @param name Name of the driver's function that writes, by which its `setImmediate` is told from others. */
  constructor(name: string) {
    this.#name = name
  }

  /** Runs the driver's code, which is synchronous, and remembers whether it puts a write off. */
  watch<Result>(run: () => Result): Result {
    const native = globalThis.setImmediate
    const watched = (callback: (...args: unknown[]) => void, ...args: unknown[]): unknown => {
      const immediate = native(callback, ...args)
      if (callback.name === this.#name) {
        this.#flush = callback
        this.#immediate = immediate as never
      }
      return immediate
    }
    globalThis.setImmediate = watched as never
    try {
      return run()
    } finally {
      globalThis.setImmediate = native
    }
  }

  /** Writes now what is put off; nothing when it has been written. The driver clears its own immediate. */
  flush(): void {
    const immediate = this.#immediate
    this.#immediate = undefined
    // `_destroyed` is set when an immediate has run and when it was cleared (Node's lib/internal/timers.js).
    if (immediate?._destroyed === false) this.#flush?.()
  }
}
