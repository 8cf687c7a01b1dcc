import type { PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'

const nsPerSecond = 1_000_000_000n

/** `process.hrtime`, its `bigint` form (which `console.time` asks), and `process.uptime`. */
export function replaceProcessClocks(patches: PatchRegistry): void {
  const nativeHrtime = process.hrtime
  if (isStandIn(nativeHrtime)) return
  const nativeBigint = nativeHrtime.bigint
  const hrtime = standIn(nativeHrtime, (time?: [number, number]): [number, number] => {
    const scope = drawingScope()
    if (scope === undefined || !isPairOrNothing(time)) return nativeHrtime(time)
    const ns = scope.draws.bigint('hrtime', nativeBigint)
    const seconds = Number(ns / nsPerSecond)
    const rest = Number(ns % nsPerSecond)
    if (time === undefined) return [seconds, rest]
    const difference = rest - time[1]
    return difference < 0 ? [seconds - time[0] - 1, difference + 1e9] : [seconds - time[0], difference]
  })
  const bigint = standIn(nativeBigint, () => {
    const scope = drawingScope()
    return scope === undefined ? nativeBigint() : scope.draws.bigint('hrtime', nativeBigint)
  })
  Object.defineProperty(hrtime, 'bigint', { value: bigint, writable: true, enumerable: true, configurable: true })
  patches.replace(process, 'hrtime', hrtime)

  const nativeUptime = process.uptime
  const readUptime = (): number => nativeUptime.call(process)
  patches.replace(
    process,
    'uptime',
    standIn(nativeUptime, () => {
      const scope = drawingScope()
      return scope === undefined ? readUptime() : scope.draws.number('uptime', readUptime)
    }),
  )
}

/** What `process.hrtime` accepts; anything else gets the native error. */
function isPairOrNothing(time: unknown): boolean {
  return time === undefined || (Array.isArray(time) && time.length === 2)
}
