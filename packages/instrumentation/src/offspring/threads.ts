import { type PatchRegistry } from '@retake/core'
import { standIn } from '@retake/determinism'
import { createThreadEnd, type ThreadEnd, threadEnded, threadKey, type ThreadOrigin } from '@retake/session'
import type { Inheritance } from './install-offspring.ts'
import { hasPreload } from './inherited-environment.ts'

type WorkerClass = typeof import('node:worker_threads').Worker
type WorkerOptions = import('node:worker_threads').WorkerOptions

/**
 * Threads of the app have sessions of their own. Node gives them our preload where they inherit the options of the process, but:
 * `--import` is not run for a text (`eval: true`, lib/internal/main/worker_thread.js), `execArgv` replaces the options, and
 * an `env` of its own those of `NODE_OPTIONS`. `-r` works for all of them, so that is added where it is needed; the thread
 * takes it out of `process.execArgv` again.
 */
export function reachThreads(patches: PatchRegistry, inheritance: Inheritance): void {
  const threads = process.getBuiltinModule('node:worker_threads')
  const native = threads.Worker
  const construct = (file: string | URL, options: WorkerOptions | undefined, newTarget: WorkerClass): object => {
    const plain = (): object => Reflect.construct(native, [file, options], newTarget)
    if (typeof options === 'object' && options !== null && ownMode(options) !== undefined) return plain()
    const parent = inheritance.names.next(`thread ${options?.eval === true ? 'eval' : String(file)}`)
    if (parent === undefined) return plain()
    const end = createThreadEnd()
    const origin = { parent, environment: inheritance.environment, execArgv: undefined, end }
    const shown = options?.execArgv ?? process.execArgv
    if (!needsPreload(options)) return toldOf(threads, origin, plain)
    const withPreload = (execArgv: readonly string[]): object => {
      const changed = { ...options, execArgv: [...execArgv, '-r', inheritance.preloadFile] }
      return toldOf(threads, { ...origin, execArgv: shown }, () => Reflect.construct(native, [file, changed], newTarget))
    }
    try {
      return withPreload(shown)
    } catch (error) {
      // Options of the whole process cannot be given to a thread, which has them anyway.
      const refused = options?.execArgv === undefined ? refusedFlags(error) : undefined
      if (refused === undefined) return plain()
      return withPreload(shown.filter((each) => !refused.includes(each)))
    }
  }
  const Worker: WorkerClass = new Proxy(native, {
    construct: (_native, [file, options], newTarget) =>
      construct(file as string, options as WorkerOptions, (newTarget === Worker ? native : newTarget) as WorkerClass),
  })
  patches.replace(threads, 'Worker', Worker)
  patches.replace(native.prototype, 'constructor', Worker)
  patches.replace(native.prototype, 'terminate', endingFirst(native.prototype.terminate))
}

/** By the thread. */
const ends: WeakMap<object, ThreadEnd> = new WeakMap()

type Terminate = (this: InstanceType<WorkerClass>, ...args: []) => Promise<number>

function endingFirst(native: Terminate): Terminate {
  return standIn(native, function terminate(this: InstanceType<WorkerClass>, ...args: []): Promise<number> {
    const end = ends.get(this)
    const ended = end === undefined ? undefined : threadEnded(end)
    return ended === undefined ? native.apply(this, args) : ended.then(() => native.apply(this, args))
  })
}

/** Somebody said what a thread's session shall be. */
function ownMode({ env }: WorkerOptions): string | undefined {
  return typeof env === 'object' && env !== process.env ? (env as NodeJS.ProcessEnv)['RETAKE_MODE'] : undefined
}

function needsPreload(options: WorkerOptions | undefined): boolean {
  if (options?.eval === true) return true
  const own = options?.execArgv
  // What is no list Node refuses.
  if (own !== undefined) return Array.isArray(own) && !hasPreload(own)
  return typeof options?.env === 'object' && !hasPreload(process.execArgv)
}

/** Node copies the environment data while the thread is made: for this one alone it has ours. */
function toldOf(threads: typeof import('node:worker_threads'), origin: ThreadOrigin, make: () => object): object {
  threads.setEnvironmentData(threadKey, origin as never)
  try {
    const made = make()
    ends.set(made, origin.end)
    return made
  } finally {
    threads.setEnvironmentData(threadKey, undefined)
  }
}

function refusedFlags(error: unknown): readonly string[] | undefined {
  const { code, message } = error as { code?: string; message?: string }
  if (code !== 'ERR_WORKER_INVALID_EXEC_ARGV') return undefined
  return /flags: (.*)$/.exec(message ?? '')?.[1]?.split(', ')
}
