import { isStandIn } from '@retake/determinism'
import type { MintingFile } from './registry.ts'

/** Exports that take the place of a file's own, by name. */
export function replacements({ library, file, names }: MintingFile, exports: object): { [name: string]: unknown } {
  const made: { [name: string]: unknown } = {}
  for (const name of names) {
    const native = (exports as { readonly [name: string]: unknown })[name]
    if (native === undefined || isStandIn(native)) continue
    const replacement = library.replace(name, native, file)
    if (replacement !== undefined) made[name] = replacement
  }
  return made
}

/** What a CommonJS file shall export: the same object, changed in place, unless it is itself the function. */
export function replaceCommonJsExports(minting: MintingFile, exports: unknown): unknown {
  if (typeof exports === 'function' && minting.names.includes('default') && !isStandIn(exports)) {
    return minting.library.replace('default', exports, minting.file) ?? exports
  }
  if (typeof exports !== 'object' || exports === null) return exports
  for (const [name, value] of Object.entries(replacements(minting, exports))) {
    const before = Object.getOwnPropertyDescriptor(exports, name)
    // A getter shows what another file exports, which is replaced there.
    if (before?.writable === true) Object.defineProperty(exports, name, { ...before, value })
  }
  return exports
}
