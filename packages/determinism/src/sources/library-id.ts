import { muted } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { standIn } from './stand-in.ts'

/**
 * Wraps a function of a library that mints ids from state which takes share (a pool of random bytes, a counter, the last
 * time): the draw is invisible to a single take, so the id itself is logged. The library runs muted.
 * @param native Returns an id as text.
 * @returns A function that stands for it; to be put in its place by whoever hooks the library's loading.
 */
export function drawnId<Args extends unknown[]>(native: (...args: Args) => string): (...args: Args) => string {
  return standIn(native, function (this: unknown, ...args: Args): string {
    const scope = drawingScope()
    if (scope === undefined) return native.apply(this, args)
    return scope.draws.text('id', () => muted(() => native.apply(this, args)))
  })
}
