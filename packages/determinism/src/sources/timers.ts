import { backgroundTimers, type Firing, nativeImmediates, type PatchRegistry, primordials, type Scope, scopes } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'
import { DrawnImmediate, DrawnTimeout } from './timeout.ts'

type Callback = (...args: unknown[]) => void
type AnyTimer = DrawnTimeout | NodeJS.Timeout
type AnyImmediate = DrawnImmediate | NodeJS.Immediate
type Native = (callback: unknown, ...args: unknown[]) => unknown

const longestDelay = 2 ** 31 - 1

/** Timers of `globalThis` and of `node:timers`, which natively are the same functions and stay so. */
export function replaceTimers(realm: typeof globalThis, patches: PatchRegistry): void {
  const timers = process.getBuiltinModule('node:timers')
  for (const [name, replacement] of Object.entries(drawnTimers)) {
    for (const holder of [realm, timers] as { [name: string]: unknown }[]) {
      const native = holder[name]
      if (typeof native !== 'function' || isStandIn(native)) continue
      // In a foreign realm (Jest) somebody else's timers may stand here: those are left alone.
      if (native !== (primordials as unknown as { [name: string]: unknown })[name]) continue
      patches.replace(holder, name, replacement)
    }
  }
}

/** A timeout or interval of the take's own code: kept by the timeline, or a native one whose firing it is told. */
export function armTimeout(
  scope: Scope,
  repeats: boolean,
  callback: Callback,
  after: unknown,
  args: unknown[],
  entry: CallableFunction,
  firing?: Firing,
): AnyTimer {
  const delay = delayOf(after)
  const { timeline } = scope
  let drawn: DrawnTimeout | undefined
  const timer = timeline.timer(delay, repeats, () => drawn?.fire(), entry)
  if (timer !== undefined) {
    drawn = new DrawnTimeout(firing === undefined ? callback : unless(firing, callback), delay, repeats, args)
    drawn.attach(timer)
    return drawn
  }
  const native = repeats ? primordials.setInterval : primordials.setTimeout
  return native(unless(firing, toldOf(timeline.observe(delay, repeats), callback), callback), after as number, ...args)
}

export function armImmediate(scope: Scope, callback: Callback, args: unknown[], entry: CallableFunction): AnyImmediate {
  const { timeline } = scope
  let drawn: DrawnImmediate | undefined
  const timer = timeline.timer(undefined, false, () => drawn?.fire(), entry)
  if (timer !== undefined) {
    drawn = new DrawnImmediate(callback, args)
    drawn.attach(timer)
    return drawn
  }
  return primordials.setImmediate(toldOf(timeline.observe(undefined, false), callback), ...args)
}

export function clearAnyTimeout(timer: unknown): void {
  const drawn = timer instanceof DrawnTimeout ? timer : DrawnTimeout.byNumber(timer)
  if (drawn === undefined) primordials.clearTimeout(timer as NodeJS.Timeout)
  else drawn.close()
}

export function clearAnyImmediate(immediate: unknown): void {
  if (immediate instanceof DrawnImmediate) immediate.close()
  else primordials.clearImmediate(immediate as NodeJS.Immediate)
}

/** ms as Node takes them: at least 1, and 1 for what is no number or too long. */
function delayOf(after: unknown): number {
  const delay = Number(after)
  return delay >= 1 && delay <= longestDelay ? delay : 1
}

function toldOf(fired: () => void, callback: Callback): Callback {
  return function (this: unknown, ...args: unknown[]): void {
    fired()
    Reflect.apply(callback, this, args)
  }
}

/** What a timer calls that may have set off work of its own: then nothing is told, and `callback` is what that work runs. */
function unless(firing: Firing | undefined, told: Callback, callback: Callback = told): Callback {
  if (firing === undefined) return told
  return function (this: unknown, ...args: unknown[]): void {
    if (!firing(() => Reflect.apply(callback, this, args))) Reflect.apply(told, this, args)
  }
}

function set(native: Native, repeats: boolean): Native {
  const drawn = standIn(native, (callback: unknown, after?: unknown, ...args: unknown[]): unknown => {
    if (typeof callback !== 'function') return native(callback, after, ...args)
    const firing = backgroundTimers.current?.watch(scopes.getStore(), { callback: callback as Callback, delay: after, repeats })
    const scope = drawingScope()
    if (scope === undefined) {
      const called = unless(firing, callback as Callback)
      return args.length === 0 ? native(called, after) : native(called, after, ...args)
    }
    const timer = armTimeout(scope, repeats, callback as Callback, after, args, drawn, firing)
    // Node warns of a delay that it cannot keep.
    if (timer instanceof DrawnTimeout && typeof after === 'number' && delayOf(after) !== after)
      primordials.clearTimeout(native(() => {}, after) as never)
    return timer
  })
  return drawn
}

const setDrawnImmediate: Native = standIn(primordials.setImmediate, (callback: unknown, ...args: unknown[]): unknown => {
  const scope = nativeImmediates.depth > 0 ? undefined : drawingScope()
  if (scope === undefined || typeof callback !== 'function') return (primordials.setImmediate as unknown as Native)(callback, ...args)
  return armImmediate(scope, callback as Callback, args, setDrawnImmediate)
})

const drawnTimers: { readonly [name: string]: CallableFunction } = {
  setTimeout: set(primordials.setTimeout as unknown as Native, false),
  setInterval: set(primordials.setInterval as unknown as Native, true),
  setImmediate: setDrawnImmediate,
  clearTimeout: standIn(primordials.clearTimeout, (timer: unknown) => clearAnyTimeout(timer)),
  clearInterval: standIn(primordials.clearInterval, (timer: unknown) => clearAnyTimeout(timer)),
  clearImmediate: standIn(primordials.clearImmediate, (immediate: unknown) => clearAnyImmediate(immediate)),
}
