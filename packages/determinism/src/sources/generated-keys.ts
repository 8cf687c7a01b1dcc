import type { PatchRegistry, Scope } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { packKeys, unpackKeys } from './key-material.ts'
import { keyOf } from './result-key.ts'
import { isStandIn, standIn } from './stand-in.ts'
import { withhold } from './withheld-keys.ts'

/** What a function made, by name. */
export type Parts = { readonly [part: string]: unknown }
type AnyFunction = (this: unknown, ...args: unknown[]) => unknown
type Callback = (error: Error | null, ...values: unknown[]) => void
type Holder = { [name: string]: unknown }

/** In the log of keys that are not recorded: the place says that one was generated, and nothing of it. */
const nothing = new Uint8Array(0)

/**
 * Draws something that holds secret key material.
 * @param key See `keyOf`.
 * @param recorded Whether key material may be logged at all.
 * @param make Generates it.
 * @returns What was made natively, or the logged bytes of {@link packKeys}.
 */
export function drawKeys<T extends Parts>(
  scope: Scope,
  key: number,
  recorded: boolean,
  make: () => T,
): { readonly made: T } | { readonly made: undefined; readonly logged: Uint8Array } {
  let made: T | undefined
  const logged = scope.draws.bytes('key', key, () => {
    made = make()
    if (recorded) return packKeys(made)
    withhold(scope, made)
    return nothing
  })
  return made === undefined ? { made, logged } : { made }
}

/**
 * Functions of `node:crypto` that generate keys. OpenSSL draws for itself, so what they return is logged; that is a private key,
 * and so it has to be asked for.
 * @param recorded Whether key material may be logged; else the log has the places alone.
 */
export function logGeneratedKeys(patches: PatchRegistry, recorded: boolean): void {
  const crypto = process.getBuiltinModule('node:crypto') as unknown as Holder
  if (isStandIn(crypto['generateKeyPairSync'])) return
  for (const [name, kind] of Object.entries(kinds)) replaceGenerator({ holder: crypto, name, kind, recorded, patches })
}

/** How the values of a function are named, and back. */
interface Kind {
  readonly name: (...values: unknown[]) => Parts
  /** Values of the callback. */
  readonly values: (parts: Parts) => readonly unknown[]
  /** What the synchronous form returns. */
  readonly result: (parts: Parts) => unknown
}

const pair: Kind = {
  name: (publicKey, privateKey) => ({ publicKey, privateKey }),
  values: ({ publicKey, privateKey }) => [publicKey, privateKey],
  result: ({ publicKey, privateKey }) => ({ publicKey, privateKey }),
}
const single: Kind = { name: (value) => ({ value }), values: ({ value }) => [value], result: ({ value }) => value }
const parted: Kind = { name: (value) => value as Parts, values: (parts) => [{ ...parts }], result: (parts) => ({ ...parts }) }

const kinds: { readonly [name: string]: Kind } = {
  generateKeyPair: pair,
  generateKeyPairSync: { ...pair, name: (value) => value as Parts },
  generateKey: single,
  generateKeySync: single,
  generatePrime: single,
  generatePrimeSync: single,
  // Node 24.7 and later. The shared key is as secret as a private one.
  encapsulate: parted,
}

function replaceGenerator(what: {
  readonly holder: Holder
  readonly name: string
  readonly kind: Kind
  readonly recorded: boolean
  readonly patches: PatchRegistry
}): void {
  const { holder, name, kind, recorded, patches } = what
  const native = holder[name] as AnyFunction | undefined
  if (typeof native !== 'function') return
  const source = name.replace(/Sync$/, '')
  const generate: AnyFunction = function (this: unknown, ...args) {
    const scope = drawingScope()
    if (scope === undefined) return native.apply(this, args)
    const callback = args.at(-1)
    if (typeof callback !== 'function') {
      const drawn = drawKeys(scope, keyOf(source, ...args), recorded, () => kind.name(native.apply(this, args)))
      return kind.result(drawn.made ?? unpackKeys(drawn.logged))
    }
    if (name.endsWith('Sync')) return native.apply(this, args)
    const inputs = args.slice(0, -1)
    const deliver = scope.timeline.job('key')
    const generated: Callback = (error, ...values) => {
      deliver(() => {
        if (error) return (callback as Callback)(error)
        const drawn = drawKeys(scope, keyOf(source, ...inputs), recorded, () => kind.name(...values))
        ;(callback as Callback)(error, ...kind.values(drawn.made ?? unpackKeys(drawn.logged)))
      })
    }
    return native.apply(this, [...inputs, generated])
  }
  patches.replace(holder, name, standIn(native, generate))
}
