import { type PatchRegistry, type UncontrolledSource } from '@retake/core'
import { drawingScope } from '../sources/drawing-scope.ts'
import { standIn } from '../sources/stand-in.ts'
import { sawOutsideTakes } from './process-facts.ts'

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

/**
 * The code that runs now has used a source whose values are not played back. Costs a read of the scope, and more only
 * where an account is kept.
 * @param what Which one; `undefined` for one that is controlled after all.
 * @param entry The patched function that was called.
 */
export function sawUncontrolled(source: UncontrolledSource, what: () => string | undefined, entry: CallableFunction): void {
  const scope = drawingScope()
  if (scope?.draws.uncontrolled === undefined) return
  const used = what()
  if (used === undefined) return
  sawOutsideTakes(scope, source, used, entry)
  scope.draws.uncontrolled(source, used, entry)
}

/** Says of each call of a function that it used a source; the call itself is the native one. */
export function watch(
  patches: PatchRegistry,
  holder: object,
  name: string,
  source: UncontrolledSource,
  what: (args: readonly unknown[]) => string | undefined,
): void {
  const native = (holder as { readonly [name: string]: unknown })[name]
  if (typeof native !== 'function') return
  const watched = standIn(native, function (this: unknown, ...args: unknown[]): unknown {
    sawUncontrolled(source, () => what(args), watched)
    return (native as AnyFunction).apply(this, args)
  })
  patches.replace(holder, name, watched)
}

/** A path as a report names it: below the working directory, relative to it. */
export function pathText(path: unknown): string {
  const text = path instanceof URL ? path.pathname : String(path)
  const folder = `${process.cwd()}/`
  return text.startsWith(folder) ? text.slice(folder.length) : text
}
