import type { PatchRegistry } from '@retake/core'

/** A method, called with any receiver and arguments. */
export type Method = (this: unknown, ...args: unknown[]) => unknown

/** What a wrapper calls instead of the method that it replaced. */
export interface Inner {
  /** Changes when a layer below is taken out: read it at each call. */
  readonly current: Method
  /** `false` once undone, when somebody else's wrapper on top keeps ours in the chain: it then only calls through. */
  readonly active: boolean
}

interface Marked {
  readonly __wrapped?: boolean
  readonly __original?: Method
}

/**
 * Wraps `target[key]` so that OpenTelemetry, and everybody who follows its convention, goes on as if we were not there.
 *
 * `InstrumentationBase._wrap` and `_unwrap` look at three marks of the function that they find: `__wrapped`, `__original`
 * and `__unwrap`. A wrapper without marks on top of a marked one would hide it, and an app that disables or re-installs
 * its instrumentation would go on making spans, or make each of them twice. So ours shows the marks of whatever is below
 * it at the moment, and its `__unwrap` takes that layer out from below ours. When it is we who are below, the other
 * party's `__original` is ours, and nothing special happens.
 *
 * @param make Makes the wrapper; it calls `inner.current`.
 */
export function wrapTransparently(patches: PatchRegistry, target: object, key: string, make: (inner: Inner) => Method): void {
  const own = Object.getOwnPropertyDescriptor(target, key)
  const native = (target as Record<string, Method>)[key] as Method
  const inner: { current: Method; active: boolean } = { current: native, active: true }
  const wrapper = make(inner)
  const below = (): Marked => inner.current as Marked
  const takeOut = (): void => {
    inner.current = below().__original ?? inner.current
  }
  Object.defineProperties(wrapper, {
    name: { value: native.name, configurable: true },
    length: { value: native.length, configurable: true },
    __wrapped: { get: () => below().__wrapped, configurable: true },
    __original: { get: () => below().__original, configurable: true },
    __unwrap: { get: () => (below().__wrapped === true ? takeOut : undefined), configurable: true },
  })
  const shape = { configurable: true, writable: true, enumerable: own?.enumerable ?? false }
  Object.defineProperty(target, key, { ...shape, value: wrapper })
  patches.onUndo(() => {
    inner.active = false
    if (Object.getOwnPropertyDescriptor(target, key)?.value !== wrapper) return
    if (own === undefined && inner.current === native) Reflect.deleteProperty(target, key)
    else Object.defineProperty(target, key, { ...shape, value: inner.current })
  })
}
