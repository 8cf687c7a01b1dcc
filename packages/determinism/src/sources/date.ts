import type { PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, languageStandIn } from './stand-in.ts'

/**
 * Replaces `Date` in every form in which it tells the time: `Date()`, `new Date()`, `Date.now()`, `Reflect.construct`,
 * subclasses, `date.constructor`. The native prototype is shared, so that `instanceof`, `structuredClone` and
 * `util.types.isDate` hold for dates made before and after.
 */
export function replaceDate(realm: typeof globalThis, patches: PatchRegistry): void {
  const NativeDate = realm.Date
  if (isStandIn(NativeDate)) return
  const nativeNow = NativeDate.now
  const DrawnDate = languageStandIn(NativeDate, drawnConstructor(NativeDate))
  Object.defineProperty(DrawnDate, 'prototype', { value: NativeDate.prototype, writable: false, enumerable: false, configurable: false })
  const now = languageStandIn(nativeNow, () => {
    const scope = drawingScope()
    return scope === undefined ? nativeNow() : scope.draws.number('date', nativeNow)
  })
  Object.defineProperty(DrawnDate, 'now', { value: now, writable: true, enumerable: false, configurable: true })
  patches.replace(NativeDate.prototype, 'constructor', DrawnDate)
  patches.replace(realm, 'Date', DrawnDate)
}

function drawnConstructor(NativeDate: DateConstructor): (...args: never[]) => unknown {
  const nativeNow = NativeDate.now
  function Drawn(value?: unknown): unknown {
    const target = new.target as unknown
    if (target === undefined) {
      const scope = drawingScope()
      return scope === undefined ? NativeDate() : new NativeDate(scope.draws.number('date', nativeNow)).toString()
    }
    // oxlint-disable-next-line prefer-rest-params -- a rest parameter costs each `new Date(x)` an array.
    const args = arguments
    if (args.length === 0) {
      const scope = drawingScope()
      const time = scope === undefined ? nativeNow() : scope.draws.number('date', nativeNow)
      return target === Drawn ? new NativeDate(time) : Reflect.construct(NativeDate, [time], target as CallableFunction)
    }
    if (target !== Drawn) return Reflect.construct(NativeDate, args, target as CallableFunction)
    if (args.length === 1) return new NativeDate(value as number)
    return Reflect.construct(NativeDate, args)
  }
  Object.defineProperty(Drawn, 'prototype', { value: NativeDate.prototype })
  return Drawn as (...args: never[]) => unknown
}
