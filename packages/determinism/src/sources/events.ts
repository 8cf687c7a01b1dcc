import type { PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'

/**
 * `event.timeStamp` is read from a captured clock when the event is made. It is drawn when it is first asked for: nothing
 * else can see it.
 */
export function replaceEventTime(realm: typeof globalThis, patches: PatchRegistry): void {
  const prototype = (realm as { readonly Event?: typeof Event }).Event?.prototype
  if (prototype === undefined) return
  const native = Object.getOwnPropertyDescriptor(prototype, 'timeStamp')?.get
  if (native === undefined || isStandIn(native)) return
  const drawn = new WeakMap<object, number>()
  patches.replaceGetter(
    prototype,
    'timeStamp',
    standIn(native, function (this: object): number {
      const known = drawn.get(this)
      if (known !== undefined) return known
      const scope = drawingScope()
      if (scope === undefined) return native.call(this) as number
      const value = scope.draws.number('performance', () => native.call(this) as number)
      drawn.set(this, value)
      return value
    }) as (this: unknown) => unknown,
  )
}
