import type { PatchRegistry, Scope } from '@retake/core'
import { drawingScope } from './drawing-scope.ts'
import { orderCallback } from './ordered.ts'
import { isStandIn, standIn } from './stand-in.ts'

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown
type Done = (...results: unknown[]) => void

interface ZlibHandle {
  write: AnyFunction
  onerror: AnyFunction
}

/** What is used of a compressing stream and of the handle behind it, beside its public face (lib/zlib.js). */
interface ZlibStream {
  readonly _handle: ZlibHandle | null
  push(chunk: unknown, encoding?: unknown): boolean
  _transform(chunk: unknown, encoding: unknown, done: Done): void
}

const functions = [
  'gzip',
  'gunzip',
  'deflate',
  'inflate',
  'deflateRaw',
  'inflateRaw',
  'unzip',
  'brotliCompress',
  'brotliDecompress',
  'zstdCompress',
  'zstdDecompress',
]

/** Of streams; those that stand behind a function with a callback are muted, as everything behind one is. */
const turnsOf = new WeakMap<object, Turns>()

/** Compression, by functions with a callback and by streams. */
export function orderZlibJobs(patches: PatchRegistry): void {
  const zlib = process.getBuiltinModule('node:zlib')
  if (isStandIn(zlib.gzip)) return
  for (const name of functions) orderCallback(zlib as unknown as { [name: string]: unknown }, name, 'zlib', patches)
  const base = Object.getPrototypeOf(Object.getPrototypeOf(zlib.Gzip.prototype)) as ZlibStream
  const native = base._transform
  patches.replace(
    base,
    '_transform',
    standIn(native, function _transform(this: ZlibStream, chunk: unknown, encoding: unknown, done: Done): void {
      const scope = drawingScope()
      if (scope === undefined || this._handle === null) return native.call(this, chunk, encoding, done)
      let turns = turnsOf.get(this)
      if (turns === undefined) turnsOf.set(this, (turns = new Turns(this, this._handle)))
      turns.scope = scope
      return native.call(this, chunk, encoding, (...results) => turns.reach(() => done(...results)))
    }),
  )
}

/** One stay in the thread pool, and what came of it: pieces of output, and the end of a chunk. */
interface Stay {
  readonly deliver: (run: () => void) => void
  readonly outcome: (() => void)[]
  readonly before: Stay | undefined
  delivered: boolean
  next: (() => void) | undefined
}

/** The stays of one stream in the thread pool, each with its turn. What a stay brings about comes at once, and in its order. */
class Turns {
  scope: Scope | undefined
  #stay: Stay | undefined

  constructor(stream: ZlibStream, handle: ZlibHandle) {
    const { write, onerror } = handle
    const begin = (): void => this.#begin()
    handle.write = function (this: unknown, ...args: unknown[]): unknown {
      begin()
      return write.apply(this, args)
    }
    const reach = (run: () => void): void => this.reach(run)
    handle.onerror = function (this: unknown, ...args: unknown[]): void {
      reach(() => onerror.apply(this, args))
    }
    const { push } = stream
    const value = (...args: [unknown, unknown?]): boolean => {
      // What waits for its turn holds the next piece back: else that would be begun out of turn.
      let wantsMore = false
      reach(() => (wantsMore = push.apply(stream, args)))
      return wantsMore
    }
    Object.defineProperty(stream, 'push', { value, writable: true, enumerable: false, configurable: true })
  }

  /** Something that the stay in the thread pool brought about. */
  reach(run: () => void): void {
    const stay = this.#stay
    if (stay === undefined || stay.delivered) return run()
    stay.outcome.push(run)
    if (stay.outcome.length > 1) return
    const come = (): void =>
      stay.deliver(() => {
        stay.delivered = true
        for (const each of stay.outcome.splice(0)) each()
        stay.next?.()
      })
    if (stay.before === undefined || stay.before.delivered) come()
    else stay.before.next = come
  }

  #begin(): void {
    if (this.scope === undefined) return
    const deliver = this.scope.timeline.job('zlib')
    const before = this.#stay?.delivered === true ? undefined : this.#stay
    this.#stay = { deliver, outcome: [], before, delivered: false, next: undefined }
  }
}
