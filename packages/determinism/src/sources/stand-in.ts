import { shared } from '@retake/core'

type AnyFunction = (...args: never[]) => unknown

/** Every function of ours that stands for a native one, with that one. */
const originals: WeakMap<object, object> = shared('stand-ins', () => new WeakMap())

/** Whether a function was put in the place of a native one by this SDK, in whatever realm. */
export function isStandIn(value: unknown): boolean {
  return typeof value === 'function' && originals.has(value)
}

/**
 * Dresses a function as the native one that it stands for: name, length, and further properties (the custom forms of
 * `util.promisify`).
 */
export function standIn<F extends AnyFunction>(native: object, replacement: F): F {
  for (const key of Reflect.ownKeys(native)) {
    if (key === 'prototype' || key === 'arguments' || key === 'caller') continue
    const descriptor = Object.getOwnPropertyDescriptor(native, key)!
    Object.defineProperty(replacement, key, { ...descriptor, configurable: true })
  }
  originals.set(replacement, native)
  return replacement
}

/**
 * The same for a native that is part of the language and needs no `this`: bound functions print as `[native code]`, and
 * cost nothing (measured on Node 20 to 26).
 */
export function languageStandIn<F extends AnyFunction>(native: object, replacement: F): F {
  return standIn(native, replacement.bind(undefined) as unknown as F)
}
