const registry: unique symbol = Symbol.for('retake.shared.v1') as never

/**
 * State that every copy of the SDK in this realm shares, held under one registered, non-enumerable symbol of
 * `globalThis` (an enumerable global would change the fingerprint of cuid2).
 * @param name Name of the state, unique within the SDK.
 * @param create Makes the first value; later callers, from whichever copy, get that same value.
 */
export function shared<T>(name: string, create: () => T): T {
  const holder = globalThis as { [registry]?: Map<string, unknown> }
  let states = holder[registry]
  if (states === undefined) {
    states = new Map()
    Object.defineProperty(holder, registry, { value: states, enumerable: false, configurable: true, writable: false })
  }
  if (!states.has(name)) states.set(name, create())
  return states.get(name) as T
}
