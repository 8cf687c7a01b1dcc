/**
 * Loads a bundle that lies beside this file, as CommonJS, once in a thread. V8's code cache of it is kept in `.cache` of
 * the package: who can write there can write the code itself. Compiling takes 5 to 25 ms, the cache 1 (measured,
 * docs/discoveries/what-a-start-costs.md); where nothing can be written the code is compiled each time.
 * `module.enableCompileCache` would do this for the app's modules too, and is not in Node 20.
 */
import type { Script } from 'node:vm'
import { changedFlags, shared } from '@retake/core'

/** A bundle that was loaded. */
export interface LoadedBundle<Exports> {
  readonly exports: Exports
  /** To be called when what is needed at every start has run: keeps the code compiled so far, where it is not kept yet. */
  keepCode(): void
}

type Wrapper = (exports: unknown, require: (id: string) => unknown, module: object, file: string) => void

/** Code as V8 gave it, and the file where it lies or shall lie. */
interface KeptCode {
  readonly file: string
  readonly code: Buffer | undefined
}

interface Loading
  extends
    Pick<typeof import('node:fs'), 'mkdirSync' | 'readFileSync' | 'renameSync' | 'statSync' | 'writeFileSync'>,
    Pick<typeof import('node:module'), 'createRequire'>,
    Pick<typeof import('node:vm'), 'Script'> {
  /** By file. */
  readonly bundles: Map<string, LoadedBundle<unknown>>
}

/**
 * @param name Of the file, without its ending.
 * @throws Error where the file cannot be read.
 */
export function loadBundle<Exports>(name: string): LoadedBundle<Exports> {
  const { bundles } = loading()
  const file = pathOf(`./${name}.cjs`)
  let bundle = bundles.get(file)
  if (bundle === undefined) bundles.set(file, (bundle = evaluate(file, `${name}.cjs`)))
  return bundle as LoadedBundle<Exports>
}

/**
 * What has been loaded, and what it takes to load more: natives, since some bundles are loaded when the app runs and files
 * are watched. Nothing is imported, and nothing fetched before the first bundle: a process that does nothing with us shall load
 * nothing for us, and an import of a built-in module asks for every export (some of `fs` load the whole of `stream`).
 */
function loading(): Loading {
  return shared('bundles', () => {
    const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = process.getBuiltinModule('node:fs')
    const { createRequire } = process.getBuiltinModule('node:module')
    const { Script } = process.getBuiltinModule('node:vm')
    return { bundles: new Map(), createRequire, mkdirSync, readFileSync, renameSync, Script, statSync, writeFileSync }
  })
}

function evaluate(file: string, name: string): LoadedBundle<unknown> {
  const { createRequire, readFileSync, Script, statSync } = loading()
  // The build escapes whatever is not ASCII: read as Latin-1 a text takes half of the time, and half of the memory.
  const source = `(function (exports, require, module, __filename) {${readFileSync(file, 'latin1')}\n})`
  const compile = (code: Buffer | undefined): Script =>
    new Script(source, code === undefined ? { filename: file } : { filename: file, cachedData: code })

  const { size, mtimeMs } = statSync(file)
  const build = `${name}-${size}-${Math.trunc(mtimeMs)}`
  let kept = process.env['NODE_DISABLE_COMPILE_CACHE'] === '1' ? undefined : readKept(build)
  let script = compile(kept?.code)
  if (kept?.code !== undefined && script.cachedDataRejected === true) {
    kept = readKept(build, 'with V8’s tag')
    if (kept.code !== undefined) script = compile(kept.code)
  }
  const isKept = kept?.code !== undefined && script.cachedDataRejected !== true

  const module = { exports: {} }
  const native = createRequire(file)
  const require = (id: string): unknown => (id.startsWith('./') ? requireBundle(id) : native(id))
  ;(script.runInThisContext() as Wrapper)(module.exports, require, module, file)
  return {
    exports: module.exports,
    keepCode: () => {
      if (kept !== undefined && !isKept && !changedFlags().are) write(kept.file, script)
    },
  }
}

/** Another bundle, as one names it to require it. */
function requireBundle(id: string): unknown {
  const bundle = loadBundle(id.slice(2, -'.cjs'.length))
  bundle.keepCode()
  return bundle.exports
}

/**
 * @param build Tells one build of a bundle from another.
 * @param tagged Whether V8's tag (flags, processor) is part of the name. To ask for it takes 1.5 ms (`node:v8` loads
 * `stream`), and V8 itself refuses code that was made with other flags: only who was refused asks.
 */
function readKept(build: string, tagged?: 'with V8’s tag'): KeptCode {
  const tag = tagged === undefined ? '' : `-${process.getBuiltinModule('node:v8').cachedDataVersionTag()}`
  const file = pathOf(`../.cache/${build}-${process.version}-${process.arch}${tag}`)
  try {
    return { file, code: loading().readFileSync(file) }
  } catch {
    return { file, code: undefined }
  }
}

/** Whole or not at all: V8 does not check what it is given to the last byte. */
function write(file: string, script: Script): void {
  const { mkdirSync, renameSync, writeFileSync } = loading()
  const partial = `${file}.${process.pid}`
  try {
    mkdirSync(pathOf('../.cache'), { recursive: true })
    writeFileSync(partial, script.createCachedData(), { mode: 0o644, flag: 'wx' })
    renameSync(partial, file)
  } catch {
    // A package that cannot be written to, a full disk: the next start compiles as this one did.
  }
}

function pathOf(place: string): string {
  return process.getBuiltinModule('node:url').fileURLToPath(new URL(place, import.meta.url))
}
