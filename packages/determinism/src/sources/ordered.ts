import { type JobKind, type PatchRegistry, primordials, type Scope, scopes } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'

type AnyFunction = (...args: unknown[]) => unknown
type Holder = { [name: string]: unknown }

/** Makes a function that takes a callback last deliver to it in the recorded turn. */
export function orderCallback(holder: Holder, name: string, kind: JobKind, patches: PatchRegistry): void {
  const native = holder[name] as AnyFunction | undefined
  if (typeof native !== 'function' || isStandIn(native)) return
  patches.replace(
    holder,
    name,
    standIn(native, function (this: unknown, ...args: unknown[]): unknown {
      const last = args.length - 1
      const callback = args[last]
      const scope = typeof callback === 'function' ? drawingScope() : undefined
      if (scope === undefined) return native.apply(this, args)
      const store = scopes.getStore()
      let deliver: ((run: () => void) => void) | undefined
      args[last] = function (this: unknown, ...results: unknown[]): void {
        const run = (): void => void scopes.run(store as Scope, () => Reflect.apply(callback as AnyFunction, this, results))
        // A callback that comes before the function returns is no completion.
        if (deliver === undefined) run()
        else deliver(run)
      }
      const begun = scope.timeline.job(kind)
      // Muted: some are made of others (`fs.writeFile` opens, writes and closes), which would wait for turns of their own.
      const result = scopes.run(scope.asMuted, () => native.apply(this, args))
      deliver = begun
      return result
    }),
  )
}

/** The same for a function that returns a promise. */
export function orderPromise(holder: Holder, name: string, kind: JobKind, patches: PatchRegistry): void {
  const native = holder[name] as AnyFunction | undefined
  if (typeof native !== 'function' || isStandIn(native)) return
  patches.replace(
    holder,
    name,
    standIn(native, function (this: unknown, ...args: unknown[]): unknown {
      const scope = drawingScope()
      return scope === undefined ? native.apply(this, args) : inTurn(scope.timeline.job(kind), native.apply(this, args) as Promise<unknown>)
    }),
  )
}

/** @returns What the work comes to, settled in the recorded turn. */
export function inTurn<T>(deliver: (run: () => void) => void, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(
      (value) => deliver(() => resolve(value)),
      (error: unknown) => deliver(() => reject(error)),
    )
  })
}

/**
 * The same for work that may be done already (what a buffer holds): only what is still under way when everything that is
 * at hand has run takes a turn.
 */
export function inTurnUnlessReady<T>(begin: () => (run: () => void) => void, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let deliver = (run: () => void): void => {
      isDone = true
      run()
    }
    let isDone = false
    work.then(
      (value) => deliver(() => resolve(value)),
      (error: unknown) => deliver(() => reject(error as Error)),
    )
    // What a buffer holds comes by a tick of its own, and promises on that settle in the microtasks after it.
    const { nextTick, queueMicrotask } = primordials
    const look = (): void => {
      if (!isDone) deliver = begin()
    }
    nextTick(() => queueMicrotask(() => nextTick(look)))
  })
}
