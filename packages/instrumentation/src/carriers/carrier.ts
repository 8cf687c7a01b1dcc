import { mainScope, scopes, type PatchRegistry, type Scope } from '@retake/core'

/** One file of a driver that is patched when it is loaded. */
export interface CarrierFile {
  /** Path within the package, with its name: `pg/lib/client.js`. */
  readonly path: string
  /**
   * @param exports What the file exports (CommonJS), or its namespace with live bindings (ES module).
   * @returns What to export instead, for CommonJS files whose export is itself the function to wrap; else `undefined`.
   */
  patch(exports: unknown, patches: PatchRegistry): unknown
}

/**
 * Keeps the right scope where a driver queues work, and mutes its infrastructure: connection set-up, pool bookkeeping and
 * idle timers belong to the take that caused them, but draw nothing from it.
 */
export interface Carrier {
  /** Package name of the driver. */
  readonly driver: string
  /** Semver ranges of versions whose internals it knows; others are left alone. */
  readonly versions: readonly string[]
  readonly files: readonly CarrierFile[]
  /** Patch of the package's main file, where that is the one to patch. */
  readonly main?: CarrierFile['patch']
  /** The package has an ES module build, so that `require` hooks alone do not see its files. */
  readonly esm?: boolean
}

/** Runs in the scope given, or outside any; no closure is made when it is the current one already. */
export function runIn<This, Args extends unknown[], Result>(
  scope: Scope | undefined,
  self: This,
  run: (this: This, ...args: Args) => Result,
  ...args: Args
): Result {
  if (scope === scopes.getStore()) return run.apply(self, args)
  return scopes.run(scope as Scope, apply, run as never, self, args) as Result
}

/** The same for a method of one argument, where it is called for every message: no arrays are made. */
export function callIn<This, Argument, Result>(
  scope: Scope | undefined,
  self: This,
  run: (this: This, argument: Argument) => Result,
  argument: Argument,
): Result {
  if (scope === scopes.getStore()) return run.call(self, argument)
  return scopes.run(scope as Scope, call, run as never, self, argument) as Result
}

/** Runs muted, on behalf of the current take or of an observed `main`; natively otherwise. */
export function runMuted<This, Args extends unknown[], Result>(self: This, run: (this: This, ...args: Args) => Result, args: Args): Result {
  const scope = scopes.getStore() ?? mainScope.current
  return scope === undefined ? run.apply(self, args) : runIn(scope.asMuted, self, run, ...args)
}

/** The other way round: code of the app that muted infrastructure calls (a listener) is heard in the take that it works for. */
function runHeard<This, Args extends unknown[], Result>(self: This, run: (this: This, ...args: Args) => Result, args: Args): Result {
  const scope = scopes.getStore()
  if (scope === undefined || !scope.muted) return run.apply(self, args)
  // `main` is where no scope is: it may be over.
  return runIn(scope.take === 0 ? undefined : scope.asHeard, self, run, ...args)
}

/** What a driver's object emits is heard by the app. */
export function hearEvents(prototype: object, patches: PatchRegistry): void {
  const native = (prototype as NodeJS.EventEmitter).emit as (...args: unknown[]) => boolean
  patches.replace(prototype as { emit: typeof native }, 'emit', function emit(this: object, ...args: unknown[]) {
    return runHeard(this, native, args)
  })
}

/** An app's callback that infrastructure will call: it runs in the scope, or outside any, in which it was handed over. */
export function bindCallback<Callback>(callback: Callback): Callback {
  if (typeof callback !== 'function') return callback
  const scope = scopes.getStore()
  return function (this: unknown, ...args: unknown[]) {
    return runIn(scope, this, callback as unknown as (...args: unknown[]) => unknown, ...args)
  } as Callback
}

/** Mutes whole methods of a pool whose callers wait for promises: what follows an `await` is in the app's own scope again. */
export function muteMethods(prototype: object, names: readonly string[], patches: PatchRegistry): void {
  for (const name of names) {
    const native = (prototype as Record<string, (...args: unknown[]) => unknown>)[name]
    if (native === undefined) continue
    patches.replace(prototype, name, function (this: unknown, ...args: unknown[]) {
      return runMuted(this, native, args)
    })
  }
}

function call(run: (argument: unknown) => unknown, self: unknown, argument: unknown): unknown {
  return run.call(self, argument)
}

function apply(run: (...args: unknown[]) => unknown, self: unknown, args: unknown[]): unknown {
  return run.apply(self, args)
}
