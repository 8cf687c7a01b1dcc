/** Who listens to a socket: one slot per socket, empty for inbound and foreign ones. */
import type { Socket } from 'node:net'
import { duplexPrototype, net } from './natives.ts'

/** What the patched methods of `net.Socket.prototype` tell. Called on the hot path, before the native method. */
export interface Ear {
  /** The connection stands and is known: `emitting` need not be called any more. */
  readonly settled: boolean
  /** The app writes. */
  sent(data: Uint8Array | string, encoding: BufferEncoding | undefined): void
  sentEnd(): void
  /** Node is about to hand bytes to the readable side; `null` for its end. */
  received(chunk: Uint8Array | null): void
  emitting(socket: Socket, event: string | symbol, args: ArrayLike<unknown>): void
  destroyed(socket: Socket, error: Error | null): void
}

/** The slot. `undefined` on the prototype, so that a socket without an ear costs one property miss. */
export const kEar: unique symbol = Symbol('retake.ear')

export interface Heard {
  [kEar]?: Ear | undefined
}

/** Puts an ear on a socket, or takes it off. Not enumerable: `console.log` and spreading of sockets stay as they were. */
export function setEar(socket: Socket, ear: Ear | undefined): void {
  Object.defineProperty(socket, kEar, {
    configurable: true,
    enumerable: false,
    writable: true,
    value: ear,
  })
}

export function earOf(socket: object): Ear | undefined {
  return (socket as Heard)[kEar]
}

/** Reading `stream.Duplex.prototype` at each call, since others may patch it after us. */
export const inherited: typeof duplexPrototype = duplexPrototype

export const socketPrototype: Socket = net.Socket.prototype
