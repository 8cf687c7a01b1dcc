import { EventEmitter } from 'node:events'
import type { PatchRegistry } from '@retake/core'

/** Signals that end a process which does not handle them, and which it can handle. */
const fatalSignals: ReadonlySet<unknown> = new Set<NodeJS.Signals>(['SIGTERM', 'SIGINT', 'SIGHUP'])

/**
 * Calls `end` when the process ends, whichever way it does: with an empty event loop, by process.exit(), by an uncaught
 * exception (all of which come to 'exit'), or by a signal that nobody handles.
 *
 * No listener of ours can be seen: an app, or a library such as signal-exit, counts the listeners of a signal to find out
 * whether it is the last one and must end the process itself. So signals are heard in `process.emit`, which also lets the
 * app's own 'exit' handlers run first; they may still change the exit code.
 *
 * @param end Called with the exit code, or without one when a signal ends the process. Perhaps more than once.
 */
export function watchProcessEnd(patches: PatchRegistry, end: (exitCode?: number) => void): void {
  const native = process.emit
  const exitCode = (told: unknown): number => Number(process.exitCode ?? told ?? 0)
  let emittingExit = false
  let watching = true
  patches.replace(process, 'emit', function emit(this: NodeJS.Process, event: unknown, first: unknown): boolean {
    const call = (): boolean => Reflect.apply(native, this, arguments) as boolean
    if (event === 'exit') {
      emittingExit = true
      try {
        return call()
      } finally {
        end(exitCode(first))
      }
    }
    if (!fatalSignals.has(event) || listeners(event as NodeJS.Signals) > 0) return call()
    end()
    watching = false
    leave(event as NodeJS.Signals)
    process.kill(process.pid, event as NodeJS.Signals)
    return false
  })

  // process.exit() inside an 'exit' handler leaves at once, from within the emit above.
  const { reallyExit } = process as unknown as { reallyExit: (code?: number) => never }
  patches.replace(process, 'reallyExit', function (this: unknown, code?: number): never {
    end(exitCode(code))
    return reallyExit.call(this, code)
  })
  // Somebody who took `emit` back to what it was before us must not cost the recording.
  const atExit = (code: number): void => {
    if (!emittingExit) end(exitCode(code))
  }
  process.on('exit', atExit)
  patches.onUndo(() => process.removeListener('exit', atExit))

  for (const signal of fatalSignals) hear(signal as NodeJS.Signals)
  const hearAgain = (event: unknown): void => {
    if (!watching || !fatalSignals.has(event) || listeners(event as NodeJS.Signals) > 0) return
    watching = false
    hear(event as NodeJS.Signals)
    watching = true
  }
  process.on('removeListener', hearAgain)
  patches.onUndo(() => {
    process.removeListener('removeListener', hearAgain)
    for (const signal of fatalSignals) if (listeners(signal as NodeJS.Signals) === 0) leave(signal as NodeJS.Signals)
  })
}

/** How many there are; `process.listenerCount` may hide some (tsx replaces it). */
function listeners(signal: NodeJS.Signals): number {
  return EventEmitter.prototype.listenerCount.call(process, signal)
}

/**
 * Has Node catch a signal and emit it as an event, without any listener. Node begins to catch a signal with its first
 * listener and stops when one is removed and `process.listenerCount` says 0 (lib/internal/process/signal.js).
 */
function hear(signal: NodeJS.Signals): void {
  process.on(signal, nothing)
  const before = Object.getOwnPropertyDescriptor(process, 'listenerCount')
  Object.defineProperty(process, 'listenerCount', { value: () => 1, configurable: true })
  try {
    process.removeListener(signal, nothing)
  } finally {
    if (before === undefined) Reflect.deleteProperty(process, 'listenerCount')
    else Object.defineProperty(process, 'listenerCount', before)
  }
}

/** Leaves a signal to the system again. */
function leave(signal: NodeJS.Signals): void {
  process.on(signal, nothing)
  process.removeListener(signal, nothing)
}

function nothing(): void {}
