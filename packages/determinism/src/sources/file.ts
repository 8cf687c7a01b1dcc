import type { PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'

type FileConstructor = new (parts: unknown, name: unknown, options?: { readonly lastModified?: number }) => object

/** `new File()` was last modified now, by a captured clock, unless it is told when. */
export function replaceFile(realm: typeof globalThis, patches: PatchRegistry): void {
  const Native = (realm as { readonly File?: FileConstructor }).File
  if (Native === undefined || isStandIn(Native)) return
  const nativeNow = realm.Date.now
  const Drawn: FileConstructor = standIn(
    Native,
    new Proxy(Native, {
      construct(target, args: [unknown, unknown, { readonly lastModified?: number } | undefined], newTarget): object {
        const scope = drawingScope()
        const [parts, name, options] = args
        const told = options !== undefined && (options === null || typeof options !== 'object' || options.lastModified !== undefined)
        const constructor: CallableFunction = newTarget === Drawn ? target : newTarget
        if (scope === undefined || args.length < 2 || told) return Reflect.construct(target, args, constructor)
        const lastModified = scope.draws.number('date', nativeNow)
        return Reflect.construct(target, [parts, name, { ...options, lastModified }], constructor)
      },
    }) as unknown as (...args: never[]) => unknown,
  ) as unknown as FileConstructor
  patches.replace(Native.prototype as object, 'constructor', Drawn)
  patches.replace(realm, 'File', Drawn)
}
