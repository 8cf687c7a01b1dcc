import { muted, type PatchRegistry, primordials } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'

type Performance = import('node:perf_hooks').Performance

/** Clocks of `node:perf_hooks`; the global `performance` is the same object. */
export function replacePerformance(patches: PatchRegistry): void {
  const hooks = process.getBuiltinModule('node:perf_hooks')
  const { performance } = hooks
  const prototype = Object.getPrototypeOf(performance) as Performance
  const nativeNow = prototype.now
  if (isStandIn(nativeNow)) return
  const { performanceNow } = primordials
  patches.replace(
    prototype,
    'now',
    standIn(nativeNow, function now(this: Performance): number {
      const scope = drawingScope()
      return scope === undefined || this !== performance ? nativeNow.call(this) : scope.draws.number('performance', performanceNow)
    }),
  )

  const nativeOrigin = Object.getOwnPropertyDescriptor(prototype, 'timeOrigin')?.get
  if (nativeOrigin !== undefined) {
    const readOrigin = (): number => nativeOrigin.call(performance) as number
    patches.replaceGetter(
      prototype,
      'timeOrigin',
      standIn(nativeOrigin, function (this: unknown) {
        const scope = drawingScope()
        return scope === undefined || this !== performance ? nativeOrigin.call(this) : scope.draws.number('time-origin', readOrigin)
      }) as (this: unknown) => unknown,
    )
  }

  const nativeToJson = prototype.toJSON
  patches.replace(
    prototype,
    'toJSON',
    standIn(nativeToJson, function toJSON(this: Performance): unknown {
      if (drawingScope() === undefined) return nativeToJson.call(this)
      const json = muted(() => nativeToJson.call(this)) as object
      return { ...json, timeOrigin: this.timeOrigin }
    }),
  )

  // From Node 24 on it asks `process.hrtime`, and how often depends on the state of the loop.
  const nativeUtilization = prototype.eventLoopUtilization
  const utilization = standIn(nativeUtilization, function (this: Performance, ...args: Parameters<typeof nativeUtilization>): unknown {
    return muted(() => nativeUtilization.apply(this, args))
  })
  patches.replace(prototype, 'eventLoopUtilization', utilization)
  // Node 24 and later.
  if ('eventLoopUtilization' in hooks) patches.replace(hooks, 'eventLoopUtilization', utilization)
  replaceMarks(prototype, patches)
}

type MeasureOptions = { readonly start?: unknown; readonly end?: unknown; readonly duration?: unknown; readonly detail?: unknown }

/** `mark` and `measure` read a clock of their own when they are not told the time. */
function replaceMarks(prototype: Performance, patches: PatchRegistry): void {
  const nativeMark = prototype.mark as (this: Performance, name: string, options?: object) => unknown
  patches.replace(
    prototype,
    'mark',
    standIn(nativeMark, function mark(this: Performance, name: string, options?: { readonly startTime?: number }): unknown {
      if (drawingScope() === undefined || options?.startTime !== undefined) return nativeMark.call(this, name, options)
      return nativeMark.call(this, name, { ...options, startTime: this.now() })
    }),
  )

  const nativeMeasure = prototype.measure as (this: Performance, name: string, start?: unknown, end?: string) => unknown
  patches.replace(
    prototype,
    'measure',
    standIn(nativeMeasure, function measure(this: Performance, name: string, start?: unknown, end?: string): unknown {
      if (end !== undefined || drawingScope() === undefined) return nativeMeasure.call(this, name, start, end)
      if (typeof start === 'object' && start !== null) {
        const options = start as MeasureOptions
        const needsNow = options.start !== undefined && options.end === undefined && options.duration === undefined
        return nativeMeasure.call(this, name, needsNow ? { ...options, end: this.now() } : options)
      }
      return nativeMeasure.call(this, name, start === undefined ? { end: this.now() } : { start, end: this.now() })
    }),
  )
}
