/**
 * Every change to a global or a prototype goes through a registry, so that all of them can be undone, in reverse order.
 * A property is put back only while it still holds our value: somebody who wrapped it after us is not cut off.
 */
export class PatchRegistry {
  readonly #undo: (() => void)[] = []

  /** Replaces `target[key]` and keeps its attributes (enumerable, configurable, writable). */
  replace(target: object, key: PropertyKey, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(target, key)
    Object.defineProperty(target, key, {
      configurable: true,
      enumerable: before?.enumerable ?? false,
      writable: true,
      value,
    })
    this.#undo.push(() => {
      if (Object.getOwnPropertyDescriptor(target, key)?.value !== value) return
      if (before === undefined) Reflect.deleteProperty(target, key)
      else Object.defineProperty(target, key, before)
    })
  }

  /** Replaces a getter of `target`. */
  replaceGetter(target: object, key: PropertyKey, get: (this: unknown) => unknown): void {
    const before = Object.getOwnPropertyDescriptor(target, key)
    Object.defineProperty(target, key, { ...before, configurable: true, get })
    this.#undo.push(() => {
      if (Object.getOwnPropertyDescriptor(target, key)?.get !== get) return
      if (before === undefined) Reflect.deleteProperty(target, key)
      else Object.defineProperty(target, key, before)
    })
  }

  /** Registers something else to undo (a subscription, a hook). */
  onUndo(undo: () => void): void {
    this.#undo.push(undo)
  }

  /** Takes everything back, last first. The registry can be used again afterwards. */
  undoAll(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo()
  }
}
