import { Module } from 'node:module'
import { mainScope, muted, type PatchRegistry } from '@retake/core'
import { isStandIn, standIn } from '@retake/determinism'

/** Takes a file of tests as a take of its own. */
export interface TestFileSink {
  /**
   * @param file Absolute path.
   * @param run Runs the tests in it.
   */
  testFile<T>(file: string, run: () => Promise<T>): Promise<T>
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown
type Require = (this: NodeJS.Module, id: string) => unknown
/** What `testRunner` names: jest-circus by default (docs: "testRunner"). The fifth argument is the file. */
type RunTestFile = (this: unknown, ...args: [unknown, unknown, unknown, unknown, file: string, ...rest: unknown[]]) => Promise<unknown>

const runner = /(?:^|[\\/])(?:jest-cli|@jest[\\/]core|jest-runner)(?:[\\/]|$)/
const circus = /[\\/]jest-circus[\\/](?:build[\\/])?runner(?:\.js)?$/
/** Methods that compile a file, or find it in the cache: what they draw depends on which. */
const compiling = ['transform', 'transformAsync', 'transformJson', 'transformSource', 'transformSourceAsync', 'requireAndTranspileModule']

/**
 * Jest as a whole: each file of tests is a take, whichever worker runs it and in which order. Jest itself is muted: what it draws
 * depends on its caches, and it gives its workers real time to end. (The realm of a test is a `vm` context: its `Date` and `Math` are replaced with all others.)
 */
export function watchJest(patches: PatchRegistry, sink: TestFileSink): void {
  const prototype = Module.prototype as unknown as { require: Require }
  const native = prototype.require
  let active = true
  patches.onUndo(() => (active = false))
  patches.replace(prototype, 'require', function require(id) {
    const relevant = active && typeof id === 'string' && id.includes('jest')
    if (relevant && runner.test(id)) mainScope.current = mainScope.current?.asMuted
    const exports = native.call(this, id)
    if (!relevant) return exports
    if (id === '@jest/transform') return withMutedTransformers(exports as Transform)
    if (circus.test(id)) wrapRunner(exports as { default: RunTestFile }, sink)
    return exports
  } satisfies Require)
}

function wrapRunner(exports: { default: RunTestFile }, sink: TestFileSink): void {
  const native = exports.default
  if (typeof native !== 'function' || isStandIn(native)) return
  exports.default = standIn(native, function (this: unknown, ...args): Promise<unknown> {
    return sink.testFile(args[4], () => native.apply(this, args))
  } satisfies RunTestFile)
}

interface Transform {
  readonly createScriptTransformer: (...args: unknown[]) => Promise<object>
}

/** The exports are getters that cannot be changed, so whoever requires them gets others. */
function withMutedTransformers(exports: Transform): Transform {
  const native = exports.createScriptTransformer
  if (typeof native !== 'function') return exports
  return {
    ...exports,
    createScriptTransformer: async (...args) => {
      const transformer = (await native(...args)) as { [method: string]: unknown }
      for (const name of compiling) {
        const method = transformer[name]
        if (typeof method !== 'function' || isStandIn(method)) continue
        const value: AnyFunction = function (this: unknown, ...rest) {
          return muted(() => (method as AnyFunction).apply(this, rest))
        }
        Object.defineProperty(transformer, name, { value: standIn(method, value), writable: true, configurable: true })
      }
      return transformer
    },
  }
}
