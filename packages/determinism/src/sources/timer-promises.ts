import type { PatchRegistry, Scope } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { isStandIn, standIn } from './stand-in.ts'
import { armImmediate, armTimeout, clearAnyImmediate, clearAnyTimeout } from './timers.ts'

interface TimerOptions {
  readonly signal?: AbortSignal
  readonly ref?: boolean
}
type AnyTimer = ReturnType<typeof armTimeout> | ReturnType<typeof armImmediate>
type PromiseTimers = typeof import('node:timers/promises')

/** What Node rejects with (lib/internal/errors.js). */
class AbortError extends Error {
  readonly code: string
  constructor(reason: unknown) {
    super('The operation was aborted', { cause: reason })
    this.code = 'ABORT_ERR'
    this.name = 'AbortError'
  }
}

/**
 * `timers/promises`, `scheduler.wait` and `scheduler.yield`, and with them `util.promisify(setTimeout)`. The native ones arm
 * timers of an internal class, past everything that could be patched.
 */
export function replaceTimerPromises(patches: PatchRegistry): void {
  const timers = process.getBuiltinModule('node:timers/promises')
  const native = { setTimeout: timers.setTimeout, setImmediate: timers.setImmediate, setInterval: timers.setInterval }
  if (isStandIn(native.setTimeout)) return

  const setTimeout = standIn(native.setTimeout, (after?: number, value?: unknown, options?: TimerOptions): Promise<unknown> => {
    const scope = drawingScope()
    if (scope === undefined || !isDelay(after) || !areOptions(options)) return native.setTimeout(after, value, options)
    return promised(options, (resolve) => armTimeout(scope, false, resolve, after, [value], setTimeout), clearAnyTimeout)
  })
  const setImmediate = standIn(native.setImmediate, (value?: unknown, options?: TimerOptions): Promise<unknown> => {
    const scope = drawingScope()
    if (scope === undefined || !areOptions(options)) return native.setImmediate(value, options)
    return promised(options, (resolve) => armImmediate(scope, resolve, [value], setImmediate), clearAnyImmediate)
  })
  const setInterval = standIn(native.setInterval, (after?: number, value?: unknown, options?: TimerOptions): AsyncIterator<unknown> => {
    const scope = drawingScope()
    if (scope === undefined || !isDelay(after) || !areOptions(options)) return native.setInterval(after, value, options)
    return ticks(scope, after, value, options ?? {}, setInterval)
  })
  patches.replace(timers, 'setTimeout', setTimeout)
  patches.replace(timers, 'setImmediate', setImmediate)
  patches.replace(timers, 'setInterval', setInterval)
  replaceScheduler(timers, setTimeout, setImmediate, patches)
  replacePromisifiedForms(setTimeout, setImmediate, patches)
}

function replaceScheduler(
  timers: PromiseTimers,
  wait: (delay?: number, value?: unknown, options?: TimerOptions) => Promise<unknown>,
  yieldNow: () => Promise<unknown>,
  patches: PatchRegistry,
): void {
  const { scheduler } = timers
  const prototype = Object.getPrototypeOf(scheduler) as typeof scheduler
  const nativeWait = prototype.wait
  const nativeYield = prototype.yield
  patches.replace(
    prototype,
    'wait',
    standIn(nativeWait, function (this: unknown, delay?: number, options?: TimerOptions): Promise<unknown> {
      if (drawingScope() === undefined || this !== scheduler) return nativeWait.call(this as never, delay as number, options as never)
      return wait(delay, undefined, options)
    }),
  )
  patches.replace(
    prototype,
    'yield',
    standIn(nativeYield, function (this: unknown): Promise<unknown> {
      return drawingScope() === undefined || this !== scheduler ? nativeYield.call(this as never) : yieldNow()
    }),
  )
}

/** `util.promisify(setTimeout)` returns what stands under a symbol of the function. */
function replacePromisifiedForms(setTimeout: CallableFunction, setImmediate: CallableFunction, patches: PatchRegistry): void {
  const { custom } = process.getBuiltinModule('node:util').promisify
  const callbacks = process.getBuiltinModule('node:timers')
  for (const [holder, value] of [
    [callbacks.setTimeout, setTimeout],
    [callbacks.setImmediate, setImmediate],
  ] as const) {
    if (isStandIn(holder)) patches.replaceGetter(holder, custom, () => value)
  }
}

function promised(
  options: TimerOptions | undefined,
  arm: (resolve: (value: unknown) => void) => AnyTimer,
  clear: (timer: AnyTimer) => void,
): Promise<unknown> {
  const signal = options?.signal
  let timer: AnyTimer | undefined
  let abort: (() => void) | undefined
  const promise = new Promise((resolve, reject) => {
    const armed = arm(resolve)
    timer = armed
    if (signal === undefined) return
    abort = () => {
      clear(armed)
      reject(new AbortError(signal.reason))
    }
    signal.addEventListener('abort', abort)
  })
  if (options?.ref === false) timer?.unref()
  return abort === undefined ? promise : promise.finally(() => signal?.removeEventListener('abort', abort!))
}

async function* ticks(
  scope: Scope,
  after: number | undefined,
  value: unknown,
  options: TimerOptions,
  entry: CallableFunction,
): AsyncGenerator<unknown, void> {
  const { signal } = options
  let pending = 0
  let wake: (() => void) | undefined
  const timer = armTimeout(scope, true, () => (pending++, wake?.()), after, [], entry)
  if (options.ref === false) timer.unref()
  const abort = (): void => {
    clearAnyTimeout(timer)
    wake?.()
  }
  signal?.addEventListener('abort', abort, { once: true })
  try {
    while (signal?.aborted !== true) {
      if (pending === 0) await new Promise<void>((resolve) => (wake = resolve))
      for (; pending > 0; pending--) yield value
    }
    throw new AbortError(signal.reason)
  } finally {
    clearAnyTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

function isDelay(after: unknown): boolean {
  return after === undefined || typeof after === 'number'
}

/** Whether the options are in order and nothing is aborted yet; else the native says what is wrong. */
function areOptions(options: unknown): boolean {
  if (options === undefined) return true
  if (options === null || typeof options !== 'object') return false
  const { signal, ref } = options as { signal?: unknown; ref?: unknown }
  return (ref === undefined || typeof ref === 'boolean') && (signal === undefined || (isSignal(signal) && !signal.aborted))
}

function isSignal(value: unknown): value is AbortSignal {
  return value !== null && typeof value === 'object' && 'aborted' in value && 'addEventListener' in value
}
