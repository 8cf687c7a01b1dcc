import type { Socket } from 'node:net'
import { type Target, primordials, type TransportError, virtualActivity } from '@retake/core'
import { emitAttempt, emitFailedAttempts, emitLookups } from './connection-events.ts'
import { type Ear, setEar } from './ear.ts'
import type { ConnectedFacts, SecuredFacts, VirtualLine, VirtualPeer } from './seam.ts'
import { fillOwnBuffer, internals, readsIntoOwnBuffer } from './socket-internals.ts'
import { reviveError } from './transport-errors.ts'
import type { HandleOwner, VirtualHandle } from './virtual-handle.ts'

/** What waits for the client, in order. */
type Delivery =
  | {
      readonly kind: 'connect'
      readonly facts: ConnectedFacts
      readonly secured: SecuredFacts | undefined
    }
  | { readonly kind: 'secure'; readonly facts: SecuredFacts }
  | { readonly kind: 'session' }
  | { readonly kind: 'bytes'; bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'fail'; readonly error: TransportError | Error }

/** Owns the handle of a socket that TLS was put on top of. */
const nobody: HandleOwner = {
  readable: () => undefined,
  shutDown: () => undefined,
  closed: () => undefined,
}

/** A handle that can show the outcome of a TLS handshake. */
export interface SecurableHandle extends VirtualHandle {
  readonly onerror: ((error: Error) => void) | undefined
  secured(facts: SecuredFacts): void
  /** @returns Whether another session ticket shall follow. */
  sessionArrived(): boolean
}

/**
 * One virtual connection: the client's socket on the one side, its peer on the other. An upgrade in place changes the
 * socket, not the connection.
 */
export class VirtualConnection implements VirtualLine, Ear {
  readonly settled = true
  /** The uppermost socket, which the client reads and writes. */
  socket: Socket
  handle: VirtualHandle
  /** The one that connects; TLS may be put on top before it stands. */
  readonly #bottom: { readonly socket: Socket; readonly handle: VirtualHandle }
  readonly #target: Target
  #peer: VirtualPeer | undefined
  readonly #queue: Delivery[] = []
  /** What came up during a delivery of a turn. */
  readonly #afterwards: Delivery[] = []
  #scheduled = false
  #turning = false
  #delivering = false
  #stands = false
  /** TLS is on top, and its handshake is not done. */
  #handshaking: boolean
  #secured: SecuredFacts | undefined
  #upgraded = false
  #facts: ConnectedFacts | undefined
  #ended = false
  #closed = false
  readonly #asOwner: HandleOwner = {
    readable: () => this.#schedule(),
    shutDown: () => this.#peer?.receivedEnd(),
    closed: () => this.#gone(),
  }
  readonly #deliverNext = (): void => {
    this.#scheduled = false
    virtualActivity.count++
    try {
      this.#deliverOne()
    } finally {
      this.#schedule()
    }
  }

  constructor(socket: Socket, handle: VirtualHandle, target: Target) {
    this.socket = socket
    this.handle = handle
    this.#bottom = { socket, handle }
    this.#target = target
    this.#handshaking = handle.secure
    handle.own(this.#asOwner)
  }

  /** The peer is made with the line in hand, so it comes second. */
  attach(peer: VirtualPeer): void {
    this.#peer = peer
  }

  // What the client does.

  sent(data: Uint8Array | string, encoding: BufferEncoding | undefined): void {
    if (typeof data !== 'string') this.#peer?.received(data)
    // Heads of HTTP/1, of `http` as of undici, are written as Latin-1.
    else if (encoding !== 'latin1' || this.#peer?.receivedText?.(data) !== true) this.#peer?.received(Buffer.from(data, encoding))
  }

  // Told when the socket shuts down, which is after its last byte.
  sentEnd(): void {}
  received(): void {}
  emitting(): void {}
  destroyed(): void {}

  /** The client puts TLS on top. */
  upgrade(upper: Socket, handle: VirtualHandle): void {
    setEar(this.socket, undefined)
    setEar(upper, this)
    this.handle.own(nobody)
    this.socket = upper
    this.handle = handle
    this.#handshaking = true
    this.#upgraded = true
    if (this.#facts !== undefined) handle.connected(this.#facts)
    handle.own(this.#asOwner)
    this.#peer?.upgraded()
  }

  /** The client's TLS begins its handshake: of a connection that was to be secure, or of an upgrade. */
  handshake(servername: string | undefined): void {
    const facts = this.#upgraded ? this.#peer?.secured(servername) : this.#secured
    if (facts === undefined) return
    this.#queue.unshift({ kind: 'secure', facts })
    this.#schedule()
  }

  /** Bytes that the base socket had read before TLS was put on top. */
  unread(bytes: Uint8Array): void {
    this.#queue.unshift({ kind: 'bytes', bytes })
    this.#schedule()
  }

  #gone(): void {
    this.#closed = true
    this.#queue.length = 0
    this.#peer?.closed()
  }

  // What the peer does.

  connect(facts: ConnectedFacts, secured: SecuredFacts | undefined): void {
    this.#enqueue({ kind: 'connect', facts, secured })
  }

  push(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#enqueue({ kind: 'bytes', bytes })
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#enqueue({ kind: 'end' })
  }

  fail(error: TransportError | Error): void {
    this.#enqueue({ kind: 'fail', error })
  }

  turn(run: () => void): void {
    const wasTurning = this.#turning
    this.#turning = true
    try {
      this.#flush()
      run()
    } finally {
      this.#turning = wasTurning
      this.#schedule()
    }
  }

  #enqueue(delivery: Delivery): void {
    if (this.#closed) return
    if (this.#turning && this.#delivering) {
      // The answer to something that the client says while it is being told: never in the same macrotask.
      this.#afterwards.push(delivery)
      return
    }
    this.#queue.push(delivery)
    if (this.#turning) this.#flush()
    else this.#schedule()
  }

  /** Delivers all that is waiting. */
  #flush(): void {
    if (this.#delivering) return
    // Until the queue is empty or the client wants no more.
    while (this.#deliverable()) {
      try {
        this.#deliverOne()
      } catch (error) {
        // What the app's listener throws is nobody's but the process's.
        primordials.nextTick(() => {
          throw error
        })
      }
    }
    if (this.#closed) this.#afterwards.length = 0
    this.#queue.push(...this.#afterwards.splice(0))
  }

  #schedule(): void {
    if (this.#scheduled || this.#turning || !this.#deliverable()) return
    this.#scheduled = true
    virtualActivity.count++
    primordials.setImmediate(this.#deliverNext)
  }

  #deliverable(): boolean {
    const next = this.#queue[0]
    switch (next?.kind) {
      case undefined:
        return false
      case 'connect':
      case 'secure':
      case 'session':
        return true
      case 'fail':
        return !this.#stands || this.#handshaking || this.handle.reading
      case 'bytes':
        return this.#stands && !this.#handshaking && this.handle.reading
      case 'end':
        return this.#stands && this.handle.reading
    }
  }

  #deliverOne(): void {
    if (!this.#deliverable()) return
    const outer = this.#delivering
    this.#delivering = true
    try {
      this.handle.run(this.#deliver, this, this.#queue.shift() as Delivery)
    } finally {
      this.#delivering = outer
    }
  }

  #deliver(delivery: Delivery): void {
    switch (delivery.kind) {
      case 'connect':
        return this.#deliverConnect(delivery.facts, delivery.secured)
      case 'secure':
        return this.#deliverSecure(delivery.facts)
      case 'session':
        if ((this.handle as SecurableHandle).sessionArrived()) this.#queue.unshift({ kind: 'session' })
        return
      case 'bytes':
        return this.#deliverBytes(delivery.bytes)
      case 'end':
        return this.#deliverEnd()
      case 'fail':
        return this.#deliverFailure(delivery.error)
    }
  }

  /** As `afterConnect` of `lib/net.js`. */
  #deliverConnect(facts: ConnectedFacts, secured: SecuredFacts | undefined): void {
    const { socket } = this.#bottom
    const state = internals(socket)
    emitLookups(socket, this.#target, facts.lookup ?? [])
    if (!state.connecting) return
    emitAttempt(socket, this.#target, facts)
    if (!state.connecting) return
    this.#stands = true
    this.#facts = facts
    this.#secured = secured
    this.#bottom.handle.connected(facts)
    if (this.handle !== this.#bottom.handle) this.handle.connected(facts)
    state.connecting = false
    state._sockname = null
    state._unrefTimer()
    socket.emit('connect')
    socket.emit('ready')
    if (!socket.isPaused()) socket.read(0)
  }

  #deliverSecure(facts: SecuredFacts): void {
    this.#handshaking = false
    ;(this.handle as SecurableHandle).secured(facts)
    if (facts.protocol === 'TLSv1.3') this.#queue.unshift({ kind: 'session' })
  }

  /** As `onStreamRead` of `lib/internal/stream_base_commons.js`. */
  #deliverBytes(bytes: Uint8Array): void {
    const { socket, handle } = this
    internals(socket)._unrefTimer()
    if (this.#guarded()) return
    let more: boolean
    if (readsIntoOwnBuffer(socket)) {
      const filled = fillOwnBuffer(socket, bytes)
      handle.bytesRead += filled.taken
      more = filled.more
      if (filled.taken < bytes.length && !socket.destroyed) this.#queue.unshift({ kind: 'bytes', bytes: bytes.subarray(filled.taken) })
    } else {
      handle.bytesRead += bytes.length
      // Memory of its own, from offset 0, as every read of libuv is: clients look at `chunk.buffer`.
      const chunk = Buffer.allocUnsafeSlow(bytes.length)
      chunk.set(bytes)
      more = socket.push(chunk)
    }
    if (!more) handle.readStop()
  }

  #deliverEnd(): void {
    const { socket } = this
    internals(socket)._unrefTimer()
    if (this.#guarded() || socket.readableEnded) return
    socket.push(null)
    socket.read(0)
  }

  /** A free socket of the http agent is destroyed when anything comes; its guard cannot be called, being bound to native state. */
  #guarded(): boolean {
    const { onread } = this.handle
    if (typeof onread !== 'function' || onread.name !== 'freeSocketOnReadGuard') return false
    this.socket.destroy()
    return true
  }

  #deliverFailure(failure: TransportError | Error): void {
    const { socket } = this.#stands ? this : this.#bottom
    const error = failure instanceof Error ? failure : reviveError(failure)
    if (!this.#stands && !(failure instanceof Error)) emitFailedAttempts(socket, this.#target, failure, error)
    if (socket.destroyed) return
    // OpenSSL's errors reach a TLSSocket through its handle, the others by destroying it.
    const tellTls = 'library' in error ? (this.handle as SecurableHandle).onerror : undefined
    if (tellTls === undefined) socket.destroy(error)
    else tellTls.call(this.handle, error)
  }
}
