/**
 * `process.nextTick` makes each tick by an object literal with computed names, and V8 remembers one shape for such a
 * literal. A full collection that finds no tick alive lets that shape go; the next tick then counts as a second shape, and
 * every one after it is made by the runtime until the process ends: 35,000 to 50,000 instructions for each HTTP request,
 * on Node 20 to 26 (docs/discoveries/what-recording-costs.md). It happens to plain apps too; what is loaded before an app brings the
 * first full collection forward, to where few ticks have run. One tick that stays alive keeps the shape.
 */
import { type PatchRegistry, primordials } from '@retake/core'

/** Keeps the shape of ticks for as long as the patches are installed. */
export function keepTickShape(patches: PatchRegistry): void {
  const { executionAsyncResource } = process.getBuiltinModule('node:async_hooks')
  // An array, since a bundler leaves out what is assigned and never read.
  const kept: object[] = []
  primordials.nextTick(() => kept.push(executionAsyncResource()))
  patches.onUndo(() => kept.splice(0))
}
