import { PatchRegistry } from '@retake/core'
import { replaceDate } from './date.ts'
import { replaceIntlNow } from './intl.ts'
import { replaceMathRandom } from './math-random.ts'
import { isStandIn, standIn } from './stand-in.ts'
import { replaceTemporalNow } from './temporal.ts'

type Vm = typeof import('node:vm')
type CreateContext = (object?: object, options?: object) => object
type RunInNewContext = (code: unknown, object?: object, options?: unknown) => unknown
type ScriptRunInNewContext = (this: unknown, object?: object, options?: object) => unknown

/** Options of a run that are meant for the context, and their names as options of a context (lib/vm.js, `getContextOptions`). */
const contextOptions: { readonly [name: string]: string } = {
  contextName: 'name',
  contextOrigin: 'origin',
  contextCodeGeneration: 'codeGeneration',
  microtaskMode: 'microtaskMode',
}

/**
 * Contexts of `node:vm` have a `Date`, `Math` and `Intl` of their own, in which the sources are replaced as they are made. What was
 * replaced stays with the context: outside of scopes it is the native.
 */
export function replaceInContexts(patches: PatchRegistry): void {
  const vm = process.getBuiltinModule('node:vm')
  if (isStandIn(vm.createContext)) return
  const native = vm.createContext as CreateContext
  const createContext = (...args: Parameters<CreateContext>): object => {
    const [object] = args
    const known = typeof object === 'object' && vm.isContext(object)
    const context = native(...args)
    if (!known) replaceIn(vm, context)
    return context
  }
  patches.replace(vm, 'createContext', standIn(native, createContext))

  const runNative = vm.runInNewContext as RunInNewContext
  patches.replace(
    vm,
    'runInNewContext',
    standIn(runNative, ((code, object, options) => {
      return runNative(code, newContext(createContext, object, options), options)
    }) satisfies RunInNewContext),
  )

  const runScript = vm.Script.prototype.runInNewContext as ScriptRunInNewContext
  patches.replace(
    vm.Script.prototype,
    'runInNewContext',
    standIn(runScript, function runInNewContext(this: unknown, object?: object, options?: object) {
      return runScript.call(this, newContext(createContext, object, options), options)
    } satisfies ScriptRunInNewContext),
  )
}

/** An object that is a context already is used as it is. What is no object gets the native error. */
function newContext(createContext: CreateContext, object: object | undefined, options: unknown): object {
  // A symbol stands for a context without an object of its own (`vm.constants.DONT_CONTEXTIFY`, Node 22.8 and later).
  if (object !== undefined && typeof object !== 'symbol' && (typeof object !== 'object' || object === null)) return object
  if (typeof options !== 'object' || options === null) return createContext(object)
  const given = Object.entries(options).filter(([name]) => name in contextOptions)
  return createContext(object, Object.fromEntries(given.map(([name, value]) => [contextOptions[name], value])))
}

function replaceIn(vm: Vm, context: object): void {
  const realm = vm.runInContext('globalThis', context) as typeof globalThis
  // Taken back with the context itself: a list of ours would keep every context alive.
  const own = new PatchRegistry()
  replaceIntlNow(realm, own)
  replaceTemporalNow(realm, own)
  replaceDate(realm, own)
  replaceMathRandom(realm, own)
}
