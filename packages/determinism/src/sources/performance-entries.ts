import type { PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'

type PerfHooks = typeof import('node:perf_hooks')
type MarkConstructor = new (name: string, options?: { readonly startTime?: number }) => object
type Getter = (this: object) => unknown

/** Members of entries that are readings of a clock: `startTime`, `duration`, `fetchStart`, `responseEnd`, … */
const readings = /^duration$|(?:Time|Start|End)$/

/**
 * `new PerformanceMark()`, and the times of entries that Node makes (`timerify`, `http`, `resource`, …): they are read from a
 * clock of its own when something happens, and drawn when they are first asked for. Marks and measures are made of
 * readings that were drawn.
 */
export function replacePerformanceEntries(realm: typeof globalThis, patches: PatchRegistry): void {
  const hooks = process.getBuiltinModule('node:perf_hooks')
  if (isStandIn(hooks.PerformanceMark)) return
  replaceMark(realm, hooks, patches)
  for (const { prototype } of [hooks.PerformanceEntry, hooks.PerformanceResourceTiming] as { readonly prototype: object }[]) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (get !== undefined && readings.test(name)) patches.replaceGetter(prototype, name, drawnReading(get) as (this: unknown) => unknown)
    }
    replaceToJson(prototype as { toJSON(): object }, patches)
  }
  reachHiddenClasses(hooks, patches)
}

/** Entries that Node makes are of a class that is not public, with a `toJSON` of its own: it is reached when one is seen. */
function reachHiddenClasses(hooks: PerfHooks, patches: PatchRegistry): void {
  type Method = (...args: unknown[]) => object[]
  const prototype = hooks.PerformanceObserverEntryList.prototype as unknown as { [name: string]: Method }
  for (const name of ['getEntries', 'getEntriesByName', 'getEntriesByType']) {
    const native = prototype[name]!
    const reach: Method = function (this: unknown, ...args) {
      const entries = native.apply(this, args)
      for (const entry of entries) {
        const its = Object.getPrototypeOf(entry) as { toJSON(): object }
        if (!isStandIn(its.toJSON)) replaceToJson(its, patches)
      }
      return entries
    }
    patches.replace(prototype, name, standIn(native, reach))
  }
}

function replaceMark(realm: typeof globalThis, hooks: PerfHooks, patches: PatchRegistry): void {
  const Native = hooks.PerformanceMark as unknown as MarkConstructor
  const { performance } = hooks
  const Drawn = standIn(
    Native,
    new Proxy(Native, {
      construct(target, args: [name?: string, options?: { readonly startTime?: number }], newTarget): object {
        const constructor: CallableFunction = (newTarget as unknown) === Drawn ? target : newTarget
        const [name, options] = args
        const told = options !== undefined && (options === null || typeof options !== 'object' || options.startTime !== undefined)
        if (told || args.length === 0 || drawingScope() === undefined) return Reflect.construct(target, args, constructor)
        return Reflect.construct(target, [name, { ...options, startTime: performance.now() }], constructor)
      },
    }) as unknown as (...args: never[]) => unknown,
  )
  patches.replace(Native.prototype as object, 'constructor', Drawn)
  patches.replace(hooks, 'PerformanceMark', Drawn)
  if ('PerformanceMark' in realm) patches.replace(realm, 'PerformanceMark', Drawn)
}

function drawnReading(native: Getter): Getter {
  const drawn = new WeakMap<object, number>()
  return standIn(native, function (this: object): unknown {
    const known = drawn.get(this)
    if (known !== undefined) return known
    const scope = drawingScope()
    if (scope === undefined || isOfApp(this)) return native.call(this)
    const value = scope.draws.number('performance', () => native.call(this) as number)
    drawn.set(this, value)
    return value
  })
}

/** Marks and measures have the times that the app gave them, or drew. */
function isOfApp(entry: object): boolean {
  const { entryType } = entry as { readonly entryType: string }
  return entryType === 'mark' || entryType === 'measure'
}

/** Its members are read past the getters. */
function replaceToJson(prototype: { toJSON(): object }, patches: PatchRegistry): void {
  const native = prototype.toJSON
  patches.replace(
    prototype,
    'toJSON',
    standIn(native, function toJSON(this: { readonly [name: string]: unknown }): object {
      const json = native.call(this) as { [name: string]: unknown }
      if (drawingScope() === undefined) return json
      for (const name of Object.keys(json)) if (readings.test(name) && name in this) json[name] = this[name]
      return json
    }),
  )
}
