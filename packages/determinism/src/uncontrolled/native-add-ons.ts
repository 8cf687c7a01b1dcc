import { type PatchRegistry, shared } from '@retake/core'
import { standIn } from '../sources/stand-in.ts'

/** File names of the add-ons that this process has loaded: what they draw, and when they are done, nobody sees. */
const loaded: Set<string> = shared('native-add-ons', () => new Set())

/** @returns File names, in the order in which they were loaded. */
export function nativeAddOns(): readonly string[] {
  return [...loaded]
}

/** They are loaded once for the whole process, so they belong to no take. */
export function watchNativeAddOns(patches: PatchRegistry): void {
  const native = process.dlopen
  patches.replace(
    process,
    'dlopen',
    standIn(native, function (this: unknown, module: object, file: string, ...flags: [number?]): void {
      loaded.add(String(file).replace(/^.*[/\\]/, ''))
      return native.call(process, module, file, ...(flags as [])) as void
    }),
  )
}
