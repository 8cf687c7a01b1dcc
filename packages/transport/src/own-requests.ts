/** Requests that this process sends to servers of its own: seen where they are written, and found again where they arrive. */
import type { Socket } from 'node:net'
import { type DrawStreams, type Scope, scopes } from '@retake/core'
import { type Ear, setEar } from './ear.ts'

/** A request that code of this process sent to a server of this process. */
export interface OwnRequest {
  /** Of the code that sent it. */
  readonly scope: Scope
  /** The how-manieth one of its take, from 1 on. */
  readonly number: number
}

/** Sockets that this process has connected to itself. */
const sockets: Set<Socket> = new Set()
/** By inbound socket: the other end of it; `null` for one that is somewhere else. */
const otherEnds: WeakMap<Socket, Socket | null> = new WeakMap()
const asked: WeakMap<Socket, OwnRequest> = new WeakMap()
/** How many a take has sent. */
const counts: WeakMap<DrawStreams, number> = new WeakMap()

/** Hears who writes to a connection of this process to itself; the connection is live, and nothing else is noted. */
export function hearOwnRequests(socket: Socket): void {
  sockets.add(socket)
  setEar(socket, new OwnEar(socket))
}

/**
 * Who sent the request that arrives on this socket.
 * @param inbound The connection as its server has it.
 * @returns `undefined` when it comes from another process, or from code outside of all scopes.
 */
export function ownRequestOn(inbound: Socket): OwnRequest | undefined {
  if (sockets.size === 0) return undefined
  let other = otherEnds.get(inbound)
  if (other === undefined) otherEnds.set(inbound, (other = otherEndOf(inbound)))
  return other === null ? undefined : asked.get(other)
}

function otherEndOf({ remotePort, localPort }: Socket): Socket | null {
  for (const socket of sockets) {
    if (socket.destroyed) sockets.delete(socket)
    else if (socket.localPort === remotePort && socket.remotePort === localPort) return socket
  }
  return null
}

/** The beginning of an HTTP/1 request (RFC 9112, section 3). Bodies come in writes of their own, or behind their head. */
const requestLine = /^[A-Z]+ [^ \r\n]+ HTTP\/1\.[01]\r\n/

class OwnEar implements Ear {
  readonly settled = true
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
  }

  sent(data: Uint8Array | string): void {
    const beginning =
      typeof data === 'string' ? data : Buffer.from(data.buffer, data.byteOffset, Math.min(data.length, 8192)).toString('latin1')
    if (!requestLine.test(beginning)) return
    const scope = scopes.getStore()
    if (scope === undefined) {
      asked.delete(this.#socket)
      return
    }
    const number = (counts.get(scope.draws) ?? 0) + 1
    counts.set(scope.draws, number)
    asked.set(this.#socket, { scope, number })
  }

  sentEnd(): void {}
  received(): void {}
  emitting(): void {}

  destroyed(socket: Socket): void {
    sockets.delete(socket)
  }
}
