import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { type Scope, scopes, type Target } from '@retake/core'
import { connectedFacts, securedFacts } from './connection-facts.ts'
import { type Ear, earOf, setEar } from './ear.ts'
import { tls } from './natives.ts'
import type { TapSink } from './seam.ts'
import { boundToHttp2, hearOnRead, internals } from './socket-internals.ts'
import { describeError, isTransportError } from './transport-errors.ts'

/**
 * Listens to one live connection. It only observes: no listener, no tick, no copy of its own.
 * A TLSSocket is heard above the cipher; when TLS is put on a heard socket, the tap moves up with it.
 */
export class Tap implements Ear {
  settled = false
  readonly #sink: TapSink
  readonly #connection: number
  #secure: boolean
  #connected = false
  #peerEnded = false
  #heardBytes = 0
  #upgraded = false
  #unreadable = false
  #closed = false
  readonly #lookup: (readonly [string, number])[] = []

  constructor(sink: TapSink, connection: number, secure: boolean) {
    this.#sink = sink
    this.#connection = connection
    this.#secure = secure
  }

  sent(data: Uint8Array | string, encoding: BufferEncoding | undefined): void {
    this.#sink.sent(this.#connection, data, encoding, scopes.getStore())
  }

  sentEnd(): void {
    this.#sink.sentEnd(this.#connection, scopes.getStore())
  }

  received(chunk: Uint8Array | null): void {
    if (chunk === null) {
      if (this.#peerEnded) return
      this.#peerEnded = true
      this.#sink.receivedEnd(this.#connection)
    } else {
      this.#heardBytes += chunk.length
      this.#sink.received(this.#connection, chunk)
    }
  }

  emitting(socket: Socket, event: string | symbol, args: ArrayLike<unknown>): void {
    switch (event) {
      case 'lookup':
        if (args[1] === null || args[1] === undefined) this.#lookup.push([String(args[2]), Number(args[3])])
        break
      case 'connect':
        this.#stands(socket)
        break
      // Before `tls.connect` comes to its verdict on the certificate: that is Node's and the app's to repeat.
      case 'secure':
        this.#secured(socket as TLSSocket)
        break
    }
  }

  destroyed(socket: Socket, error: Error | null): void {
    if (this.#closed) return
    this.#closed = true
    // A base socket that fails under TLS emits its error through the upper one, which is then destroyed without any.
    const cause = error ?? internals(socket)._parent?.errored ?? null
    const handshaking = socket instanceof tls.TLSSocket && (socket as unknown as { secureConnecting: boolean }).secureConnecting
    const byTransport = cause !== null && isTransportError(cause, handshaking)
    if (!this.#secure && !this.#unreadable && socket.bytesRead > this.#heardBytes) this.#giveUp('its bytes were read natively')
    this.#sink.closed(this.#connection, {
      ...(byTransport ? { error: describeError(cause) } : undefined),
      byApp: !byTransport && !this.#peerEnded,
    })
  }

  /** The app puts TLS on top: the upper socket takes the tap and the number of the connection over. */
  moveUp(base: Socket, upper: TLSSocket): void {
    setEar(base, base.connecting ? new LookupEar(this) : undefined)
    setEar(upper, this)
    this.#secure = true
    this.#upgraded = true
    this.settled = false
    this.#sink.upgraded(this.#connection)
  }

  #stands(socket: Socket): void {
    if (this.#connected) return
    this.#connected = true
    if (!this.#secure) this.settled = true
    // An upgrade began before the base stood: what is known of the connection is known of the base.
    const facts = connectedFacts(this.#upgraded ? (internals(socket)._parent ?? socket) : socket, this.#lookup)
    this.#sink.connected(this.#connection, facts)
    if (!this.#secure && boundToHttp2(socket)) this.#giveUp('http2 reads the handle natively')
  }

  #secured(socket: TLSSocket): void {
    if (this.settled) return
    this.settled = true
    const facts = securedFacts(socket)
    this.#sink.secured(this.#connection, facts)
    if (facts.alpnProtocol === 'h2') this.#giveUp('http2 reads the handle natively')
  }

  #giveUp(reason: string): void {
    this.#unreadable = true
    this.#sink.unreadable?.(this.#connection, reason)
  }
}

/** What is left on a base socket that still connects: only its look-ups matter. */
class LookupEar implements Ear {
  settled = false
  readonly #tap: Tap

  constructor(tap: Tap) {
    this.#tap = tap
  }

  emitting(socket: Socket, event: string | symbol, args: ArrayLike<unknown>): void {
    if (event === 'lookup') this.#tap.emitting(socket, event, args)
    else if (event === 'connect') this.settled = true
  }

  sent(): void {}
  sentEnd(): void {}
  received(): void {}
  destroyed(): void {}
}

/** Puts a tap on a socket that is about to connect; to be called after Node has reset an own `write`. */
export function tapSocket(socket: Socket, sink: TapSink, connection: number, target: Target, scope: Scope | undefined): void {
  const tap = new Tap(sink, connection, target.secure)
  setEar(socket, tap)
  hearOnRead(socket, (bytes) => earOf(socket)?.received(bytes))
  sink.opened(connection, target, scope)
}

/** The tap on a socket, if it has one. */
export function tapOf(socket: object): Tap | undefined {
  const ear = earOf(socket)
  return ear instanceof Tap ? ear : undefined
}
