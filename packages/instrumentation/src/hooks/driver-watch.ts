import { Module } from 'node:module'
import type { PatchRegistry } from '@retake/core'

type Require = (this: NodeJS.Module, id: string) => unknown

/**
 * Waits until a CommonJS module requires one of the drivers, or a file of a driver requires anything: that is the case for
 * a driver that was imported, too, since Node runs a CommonJS package in its CommonJS loader from the first file on.
 *
 * Loading `@opentelemetry/instrumentation` costs 25 ms, and its `require` hook resolves every module of the app once
 * more: a process without a driver shall not pay for it.
 *
 * @param load Installs the real hooks; the call at hand goes through them.
 */
export function watchDrivers(patches: PatchRegistry, drivers: readonly string[], load: () => void): void {
  const names = new Set(drivers)
  const within = new RegExp(`[\\\\/]node_modules[\\\\/](?:${drivers.join('|')})[\\\\/]`)
  const prototype = Module.prototype as unknown as { require: Require }
  const native = prototype.require
  let waiting = true
  const watching: Require = function require(id) {
    if (!waiting || !(names.has(id) || (typeof this.filename === 'string' && within.test(this.filename)))) return native.call(this, id)
    waiting = false
    if (prototype.require === watching) prototype.require = native
    load()
    return prototype.require.call(this, id)
  }
  patches.replace(prototype, 'require', watching)
  patches.onUndo(() => (waiting = false))
}
