import { muted, PatchRegistry } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { inTurn, inTurnUnlessReady, orderCallback, orderPromise } from './ordered.ts'
import { isStandIn, standIn } from './stand-in.ts'

const { callbackify } = process.getBuiltinModule('node:util')

type Holder = { [name: string]: unknown }
type Iterate = (this: unknown, ...args: unknown[]) => AsyncIterator<unknown>

const functions = [
  'access',
  'appendFile',
  'chmod',
  'chown',
  'close',
  'copyFile',
  'cp',
  'exists',
  'fchmod',
  'fchown',
  'fdatasync',
  'fstat',
  'fsync',
  'ftruncate',
  'futimes',
  'glob',
  'lchmod',
  'lchown',
  'link',
  'lstat',
  'lutimes',
  'mkdir',
  'mkdtemp',
  'open',
  'opendir',
  'read',
  'readdir',
  'readFile',
  'readlink',
  'readv',
  'realpath',
  'rename',
  'rm',
  'rmdir',
  'stat',
  'statfs',
  'symlink',
  'truncate',
  'unlink',
  'utimes',
  'write',
  'writeFile',
  'writev',
]
const handleMethods = [
  'appendFile',
  'chmod',
  'chown',
  'datasync',
  'read',
  'readFile',
  'readv',
  'stat',
  'sync',
  'truncate',
  'utimes',
  'write',
  'writeFile',
  'writev',
]

/**
 * Work of the file system: functions with a callback (which the streams of `fs` use, too), `fs.promises`, the methods of a
 * FileHandle, and open folders.
 */
export function orderFileJobs(patches: PatchRegistry): void {
  const fs = process.getBuiltinModule('node:fs')
  if (isStandIn(fs.readFile)) return
  const promises = fs.promises as unknown as Holder
  orderHandles(promises, patches)
  for (const name of functions) {
    orderCallback(fs as unknown as Holder, name, 'fs', patches)
    if (name !== 'glob' && name !== 'open') orderPromise(promises, name, 'fs', patches)
  }
  orderPromise(promises, 'mkdtempDisposable', 'fs', patches)
  orderPromise(fs as unknown as Holder, 'openAsBlob', 'fs', patches)
  orderIteration(promises, 'glob', patches)
  const folder = fs.Dir.prototype as unknown as Holder
  for (const name of ['read', 'close']) orderFolder(folder, name, patches)
  orderIteration(folder, 'entries', patches)
  orderIteration(folder, Symbol.asyncIterator, patches)
}

/** The class of a FileHandle is not public: its prototype is reached with the first one that is opened. */
function orderHandles(promises: Holder, patches: PatchRegistry): void {
  const native = promises['open'] as (this: unknown, ...args: unknown[]) => Promise<object>
  let known = false
  const know = (handle: object): object => {
    if (!known) {
      known = true
      for (const name of handleMethods) orderPromise(Object.getPrototypeOf(handle) as Holder, name, 'fs', patches)
    }
    // Every handle has a `close` of its own. It goes with the handle.
    orderPromise(handle as Holder, 'close', 'fs', new PatchRegistry())
    return handle
  }
  patches.replace(
    promises,
    'open',
    standIn(native, function open(this: unknown, ...args: unknown[]): Promise<object> {
      const scope = drawingScope()
      if (scope === undefined) return native.apply(this, args)
      return inTurn(scope.timeline.job('fs'), native.apply(this, args).then(know))
    }),
  )
}

/** With a callback, or without one for a promise. */
function orderFolder(folder: Holder, name: string, patches: PatchRegistry): void {
  const native = folder[name] as (this: unknown, callback?: (...results: unknown[]) => void) => Promise<unknown> | undefined
  patches.replace(
    folder,
    name,
    standIn(native, function (this: unknown, callback?: (...results: unknown[]) => void): unknown {
      const scope = drawingScope()
      if (scope === undefined) return native.call(this, callback)
      const work = callback === undefined ? (native.call(this) as Promise<unknown>) : called((done) => native.call(this, done))
      const ordered = inTurnUnlessReady(() => scope.timeline.job('fs'), work)
      if (callback === undefined) return ordered
      // Past the promise: what the callback throws is an exception of its own.
      callbackify(() => ordered)(callback)
      return undefined
    }),
  )
}

function called(begin: (done: (error: unknown, value?: unknown) => void) => void): Promise<unknown> {
  return new Promise((resolve, reject) => begin((error, value) => (error ? reject(error as Error) : resolve(value))))
}

/** Each step of an asynchronous iteration comes in its turn. */
function orderIteration(holder: Holder, name: string | symbol, patches: PatchRegistry): void {
  const native = (holder as { [name: PropertyKey]: unknown })[name] as Iterate | undefined
  if (typeof native !== 'function' || isStandIn(native)) return
  const ordered: Iterate = function (this: unknown, ...args) {
    const iterator = native.apply(this, args) as AsyncGenerator
    const scope = drawingScope()
    if (scope === undefined) return iterator
    const next = iterator.next.bind(iterator)
    const value = (...given: [] | [unknown]): Promise<unknown> =>
      inTurnUnlessReady(
        () => scope.timeline.job('fs'),
        muted(() => next(...given)),
      )
    return Object.defineProperty(iterator, 'next', { value, writable: true, enumerable: false, configurable: true })
  }
  patches.replace(holder, name, standIn(native, ordered))
}
