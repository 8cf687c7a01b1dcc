import { Module } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { PatchRegistry } from '@retake/core'
import { facadeOf, isBehindFacade } from './facade.ts'
import { isPrismaRuntime, prismaRuntimeThatDraws } from './prisma.ts'
import { mintingFile } from './registry.ts'
import { replaceCommonJsExports } from './replaced-exports.ts'

type Compile = (this: NodeJS.Module, content: string, filename: string, format?: string) => unknown
type ReadFile = (file: unknown, ...rest: unknown[]) => Promise<unknown>
interface Loaded {
  readonly format?: string
  readonly source?: string | Uint8Array
}
interface SyncHooks {
  load(url: string, context: object, next: (url: string, context: object) => Loaded): Loaded
}
type RegisterHooks = (hooks: SyncHooks) => { deregister(): void }

/**
 * What passes Node's CommonJS loader: CommonJS files, however they are asked for, and the ES modules that are given to
 * `require`.
 */
export function watchCommonJs(patches: PatchRegistry): void {
  const prototype = Module.prototype as unknown as { _compile: Compile }
  const native = prototype._compile
  patches.replace(prototype, '_compile', function _compile(this: NodeJS.Module, ...args: Parameters<Compile>) {
    const [content, filename] = args
    const minting = typeof filename === 'string' ? mintingFile(filename) : undefined
    if (minting === undefined) {
      if (typeof filename === 'string' && isPrismaRuntime(filename)) args[0] = prismaRuntimeThatDraws(content)
      return native.apply(this, args)
    }
    const facade = facadeOf(minting, pathToFileURL(filename), filename, content)
    if (facade !== undefined) args[0] = facade
    const result = native.apply(this, args)
    if (facade === undefined) this.exports = replaceCommonJsExports(minting, this.exports)
    return result
  })
}

/** ES modules that are imported, in the app's own thread. */
export function watchEsModules(patches: PatchRegistry): void {
  const { registerHooks } = Module as unknown as { readonly registerHooks?: RegisterHooks }
  if (registerHooks === undefined) watchReading(patches)
  else watchLoading(registerHooks, patches)
}

/** Node 22.15 and later have hooks that are called in the thread that loads. */
function watchLoading(registerHooks: RegisterHooks, patches: PatchRegistry): void {
  const hooks = registerHooks({
    load(address, context, next) {
      // import-in-the-middle takes whatever is resolved without a parent for the entry file, and that for CommonJS: of `node -p`
      // preloaded with `-r` the first such is a built-in module.
      if (address.startsWith('node:')) return next(address, { ...context, format: 'builtin' })
      const loaded = next(address, context)
      if (loaded.format !== 'module' || !address.startsWith('file:') || mintingFile(address) === undefined) return loaded
      const source = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source ?? []).toString()
      const facade = facadeAt(new URL(address), source)
      return facade === undefined ? loaded : { ...loaded, source: facade }
    },
  })
  patches.onUndo(() => hooks.deregister())
}

/**
 * Hooks cost 40 to 56 ms at start-up on Node 20, where they need a thread of their own, and 20 ms or more for a CommonJS app on later
 * releases. But Node's loader reads the source of an ES module by calling `readFile` of `fs.promises` (20), or `fs.readFileSync` (22.15 and
 * later), with nothing but the address (`getSource` and `getSourceSync` in lib/internal/modules/esm/load.js).
 */
export function watchReading(patches: PatchRegistry): void {
  const fs = process.getBuiltinModule('node:fs')
  const { promises } = fs
  const native = promises.readFile as ReadFile
  patches.replace(promises, 'readFile', function readFile(this: unknown, ...args: Parameters<ReadFile>): Promise<unknown> {
    const read = native.apply(this, args)
    const url = mintingAddress(args)
    if (url === undefined) return read
    return read.then((source) => {
      const facade = facadeAt(url, String(source))
      return facade === undefined ? source : Buffer.from(facade)
    })
  })
  const nativeSync = fs.readFileSync as (...args: Parameters<ReadFile>) => unknown
  patches.replace(fs, 'readFileSync', function readFileSync(this: unknown, ...args: Parameters<ReadFile>): unknown {
    const source = nativeSync.apply(this, args)
    const url = mintingAddress(args)
    const facade = url === undefined ? undefined : facadeAt(url, String(source))
    return facade === undefined ? source : Buffer.from(facade)
  })
}

/** The address that the loader reads, where it is that of a file of such a library. */
function mintingAddress(args: readonly unknown[]): URL | undefined {
  const [file] = args
  if (!(file instanceof URL) || file.protocol !== 'file:' || args.slice(1).some((option) => option !== undefined && option !== null))
    return undefined
  return mintingFile(fileURLToPath(file)) !== undefined && isCalledByLoader() ? file : undefined
}

function facadeAt(url: URL, source: string): string | undefined {
  if (isBehindFacade(url)) return undefined
  const path = fileURLToPath(url)
  const minting = mintingFile(path)
  return minting === undefined ? undefined : facadeOf(minting, url, path, source)
}

/** An app that reads such a file for itself gets what is in it. */
function isCalledByLoader(): boolean {
  return /node:internal\/modules\/(?:esm\/load|helpers)/.test(new Error('who calls').stack ?? '')
}
