import { AsyncResource } from 'node:async_hooks'
import { primordials, virtualActivity } from '@retake/core'
import { holdLoop, releaseLoop } from './loop-hold.ts'
import type { ConnectedFacts } from './seam.ts'

/** What a handle tells of. */
export interface HandleOwner {
  /** The socket wants (more) bytes. */
  readable(): void
  /** All that was written is out, and FIN follows. */
  shutDown(): void
  /** The socket is destroyed. */
  closed(): void
}

interface ShutdownRequest {
  oncomplete(status: number): void
}

let nextAsyncId = -1

/**
 * Stands where the handle of libuv would stand in a `net.Socket`. All states of the socket (connecting, pending,
 * readyState, byte counts, ref, close, half-open) are then Node's own code at work. Only `writeGeneric` and the stream
 * read callback of Node cannot be used, since they speak to the native side through a shared array.
 */
export class VirtualHandle {
  reading = false
  bytesRead = 0
  bytesWritten = 0
  readonly writeQueueSize = 0
  readonly fd = -1
  /** The http agent of Node 24 and later puts a guard here while a socket is free. */
  onread: unknown = undefined
  readonly secure: boolean
  /** Unix sockets and pipes have no address, and cannot be reset. */
  readonly isPipe: boolean
  protected facts: ConnectedFacts = {}
  #owner: HandleOwner | undefined
  #context = new AsyncResource('RETAKE_SOCKET', { requireManualDestroy: true })
  #asyncId = nextAsyncId
  #ref = true
  #connecting = true
  #holding = false
  #closed = false

  constructor(kind: { readonly secure: boolean; readonly isPipe: boolean }) {
    this.secure = kind.secure
    this.isPipe = kind.isPipe
    this.#asyncId = this.#context.asyncId()
    this.#hold()
  }

  /** Runs in the async context in which the client connected, or took the socket from its agent. */
  run<A extends unknown[]>(fn: (...args: A) => void, self: object, ...args: A): void {
    this.#context.runInAsyncScope(fn as (...args: unknown[]) => void, self, ...args)
  }

  own(owner: HandleOwner): void {
    this.#owner = owner
  }

  /** The connection stands. */
  connected(facts: ConnectedFacts): void {
    this.facts = facts
    this.#connecting = false
    this.#hold()
  }

  readStart(): number {
    this.reading = true
    this.#hold()
    this.#owner?.readable()
    return 0
  }

  readStop(): number {
    this.reading = false
    this.#hold()
    return 0
  }

  /** Asynchronous like the native one, so that 'finish' comes no sooner; and before anything that the peer answers. */
  shutdown(request: ShutdownRequest): number {
    soon(() => this.run(request.oncomplete, request, 0))
    this.#owner?.shutDown()
    return 0
  }

  close(callback?: () => void): void {
    this.end()
    if (callback !== undefined) soon(() => this.run(callback, this))
  }

  reset(callback?: () => void): number {
    this.close(callback)
    return 0
  }

  protected end(): void {
    if (this.#closed) return
    this.#closed = true
    this.#hold()
    this.#owner?.closed()
  }

  ref(): void {
    this.#ref = true
    this.#hold()
  }

  unref(): void {
    this.#ref = false
    this.#hold()
  }

  hasRef(): boolean {
    return this.#ref
  }

  getsockname(out: { address?: string; port?: number; family?: string }): number {
    if (this.isPipe) return 0
    if (this.facts.localAddress !== undefined) out.address = this.facts.localAddress
    if (this.facts.remoteFamily !== undefined) out.family = this.facts.remoteFamily
    if (this.facts.localPort !== undefined) out.port = this.facts.localPort
    return 0
  }

  getpeername(out: { address?: string; port?: number; family?: string }): number {
    if (this.isPipe) return 0
    if (this.facts.remoteAddress !== undefined) out.address = this.facts.remoteAddress
    if (this.facts.remoteFamily !== undefined) out.family = this.facts.remoteFamily
    if (this.facts.remotePort !== undefined) out.port = this.facts.remotePort
    return 0
  }

  getAsyncId(): number {
    return this.#asyncId
  }

  getProviderType(): string {
    return this.secure ? 'TLSWRAP' : 'TCPWRAP'
  }

  /** The http agent gives a free socket to the next request: from here on events belong to that request's context. */
  asyncReset(): void {
    this.#context = new AsyncResource('RETAKE_SOCKET', { requireManualDestroy: true })
    this.#asyncId = this.#context.asyncId()
  }

  setNoDelay(): number {
    return 0
  }

  setKeepAlive(): number {
    return 0
  }

  setTypeOfService(): number {
    return 0
  }

  getTypeOfService(): number {
    return 0
  }

  setBlocking(): number {
    return 0
  }

  useUserBuffer(): void {}

  #hold(): void {
    const holds = this.#ref && !this.#closed && (this.#connecting || this.reading)
    if (holds === this.#holding) return
    this.#holding = holds
    if (holds) holdLoop()
    else releaseLoop()
  }
}

/** In a macrotask of its own, counted as activity of virtual sockets. */
function soon(run: () => void): void {
  virtualActivity.count++
  primordials.setImmediate(() => {
    virtualActivity.count++
    run()
  })
}
