import type { Socket } from 'node:net'
import type { PatchRegistry, Target } from '@retake/core'
import { setEar, socketPrototype } from './ear.ts'
import { dressedAs, net, type NormalizedConnectArguments, tls } from './natives.ts'
import { internals, setHandleOwner } from './socket-internals.ts'
import { exchangeTlsHandle } from './virtual-tls.ts'
import { VirtualConnection } from './virtual-connection.ts'
import { VirtualHandle } from './virtual-handle.ts'
import { VirtualTlsHandle } from './virtual-tls-handle.ts'

type WriteCallback = (error?: Error | null) => void

/** A corked batch: of buffers or of `{ chunk, encoding }`. */
type Batch = readonly ({ readonly chunk: Uint8Array | string; readonly encoding: BufferEncoding } | Uint8Array)[]

interface WritingInternals {
  _writeGeneric(writev: boolean, data: Uint8Array | string | Batch, encoding: BufferEncoding, callback: WriteCallback): unknown
  _pendingData: unknown
  _pendingEncoding: string
}

/** As `Socket.prototype.connect` of `lib/net.js`, up to where it would look the name up. */
export function connectVirtually(socket: Socket, [, callback]: NormalizedConnectArguments, target: Target): VirtualConnection {
  const state = internals(socket)
  if (callback !== null) socket.once('connect', callback)
  publishClientSocket?.(socket)
  // oxlint-disable-next-line unbound-method -- compared, not called
  if (socket.write !== socketPrototype.write) socket.write = socketPrototype.write
  if (socket.destroyed) {
    state._handle = null
    state._peername = null
    state._sockname = null
  }
  const handle = giveHandle(socket, target)
  state._unrefTimer()
  state.connecting = true
  if (target.host !== undefined && net.isIP(target.host) === 0) state._host = target.host
  const connection = new VirtualConnection(socket, handle, target)
  if (handle instanceof VirtualTlsHandle) handle.connection = connection
  setEar(socket, connection)
  return connection
}

function giveHandle(socket: Socket, target: Target): VirtualHandle {
  const state = internals(socket)
  const present = state._handle
  const isPipe = target.path !== undefined
  if (present instanceof VirtualTlsHandle) return present
  if (present !== null && socket instanceof tls.TLSSocket) return exchangeTlsHandle(socket, present, isPipe)
  present?.close()
  const handle = new VirtualHandle({ secure: false, isPipe })
  state._handle = handle
  state._undestroy()
  state._sockname = null
  setHandleOwner(handle, socket)
  return handle
}

function byteLength(data: Uint8Array | string, encoding: BufferEncoding): number {
  return typeof data === 'string' ? Buffer.byteLength(data, encoding) : data.byteLength
}

function batchLength(batch: Batch): number {
  let length = 0
  for (const part of batch) length += part instanceof Uint8Array ? part.byteLength : byteLength(part.chunk, part.encoding)
  return length
}

/** The two methods of `net.Socket` that speak to the native side directly. Everything else asks the handle. */
export function replaceNativeWrites(patches: PatchRegistry): void {
  const prototype = socketPrototype as unknown as WritingInternals
  const nativeWrite = prototype._writeGeneric
  const nativeReset = socketPrototype.resetAndDestroy

  // The peer has heard the bytes in `write()` already; here the writable side learns that they are gone.
  function writeGeneric(
    this: Socket & WritingInternals,
    writev: boolean,
    data: Uint8Array | string | Batch,
    encoding: BufferEncoding,
    callback: WriteCallback,
  ): unknown {
    const state = internals(this)
    const handle = state._handle
    // While it connects, Node waits for 'connect' and comes back.
    if (state.connecting || !(handle instanceof VirtualHandle)) return nativeWrite.call(this, writev, data, encoding, callback)
    this._pendingData = null
    this._pendingEncoding = ''
    state._unrefTimer()
    handle.bytesWritten += writev ? batchLength(data as Batch) : byteLength(data as Uint8Array | string, encoding)
    return callback()
  }

  // Node asks whether the handle is a native TCP handle. Pipes and TLS are refused, as natively.
  function resetAndDestroy(this: Socket): Socket {
    const state = internals(this)
    const handle = state._handle
    if (!(handle instanceof VirtualHandle) || handle.isPipe || handle.secure) return nativeReset.call(this)
    if (state.connecting) this.once('connect', () => state._reset())
    else state._reset()
    return this
  }

  patches.replace(socketPrototype, '_writeGeneric', dressedAs(writeGeneric, nativeWrite))
  patches.replace(socketPrototype, 'resetAndDestroy', dressedAs(resetAndDestroy, nativeReset))
}

/**
 * The diagnostics channel `net.client.socket` is published by `net.connect` up to Node 22, and by `connect` of the socket
 * from 24 on, where it is ours to publish.
 */
const publishClientSocket: ((socket: Socket) => void) | undefined = (() => {
  if (!/netClientSocketChannel/.test(Function.prototype.toString.call(socketPrototype.connect))) return undefined
  const channel = process.getBuiltinModule('node:diagnostics_channel').channel('net.client.socket')
  return (socket) => {
    if (channel.hasSubscribers) channel.publish({ socket })
  }
})()
