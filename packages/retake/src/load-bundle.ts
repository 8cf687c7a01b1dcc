/**
 * Loads a bundle that lies beside this file, as CommonJS, once in a thread. V8's code cache of it is kept in `.cache` of
 * the package: who can write there can write the code itself. Compiling takes 5 to 25 ms, the cache 1 (measured,
 * docs/discoveries/what-a-start-costs.md); where nothing can be written the code is compiled each time.
 * `module.enableCompileCache` would do this for the app's modules too, and is not in Node 20.
 */
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Script } from 'node:vm'
import { shared } from '@retake/core'

/** A bundle that was loaded. */
export interface LoadedBundle<Exports> {
  readonly exports: Exports
  /** To be called when what is needed at every start has run: keeps the code compiled so far, where it is not kept yet. */
  keepCode(): void
}

// Not imported: `import 'node:fs'` asks for every export, and some load the whole of `stream` when they are asked for.
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = process.getBuiltinModule('node:fs')

type Wrapper = (exports: unknown, require: NodeJS.Require, module: object, file: string) => void

/** @param name Of the file, without its ending. */
export function loadBundle<Exports>(name: string): LoadedBundle<Exports> {
  const file = fileURLToPath(new URL(`./${name}.cjs`, import.meta.url))
  const bundles = shared('bundles', () => new Map<string, LoadedBundle<unknown>>())
  let bundle = bundles.get(file)
  if (bundle === undefined) bundles.set(file, (bundle = evaluate(file)))
  return bundle as LoadedBundle<Exports>
}

function evaluate(file: string): LoadedBundle<unknown> {
  const cacheFile = process.env['NODE_DISABLE_COMPILE_CACHE'] === '1' ? undefined : cacheFileOf(file)
  const cachedData = cacheFile === undefined ? undefined : read(cacheFile)
  // Loaded here: a process that does nothing with us shall load nothing for us.
  const { Script } = process.getBuiltinModule('node:vm')
  const script = new Script(`(function (exports, require, module, __filename) {${readFileSync(file, 'utf8')}\n})`, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  })
  const module = { exports: {} }
  ;(script.runInThisContext() as Wrapper)(module.exports, createRequire(file), module, file)
  return {
    exports: module.exports,
    keepCode: () => {
      if (cacheFile !== undefined && (cachedData === undefined || script.cachedDataRejected === true)) write(cacheFile, script)
    },
  }
}

/** Node, its flags and the processor are part of the name; so is what tells one build from another. */
function cacheFileOf(file: string): string {
  const { mtimeMs, size } = statSync(file)
  const { cachedDataVersionTag } = process.getBuiltinModule('node:v8')
  const name = /[^\\/]+$/.exec(file)?.[0] ?? ''
  return fileURLToPath(
    new URL(`../.cache/${name}-${process.version}-${cachedDataVersionTag()}-${size}-${Math.trunc(mtimeMs)}`, import.meta.url),
  )
}

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/** Whole or not at all: V8 does not check what it is given to the last byte. */
function write(file: string, script: Script): void {
  const partial = `${file}.${process.pid}`
  try {
    mkdirSync(fileURLToPath(new URL('../.cache', import.meta.url)), { recursive: true })
    writeFileSync(partial, script.createCachedData(), { mode: 0o644, flag: 'wx' })
    renameSync(partial, file)
  } catch {
    // A package that cannot be written to, a full disk: the next start compiles as this one did.
  }
}
