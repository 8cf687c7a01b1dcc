/** What Node's own code keeps on sockets beside the public interface; read in `lib/net.js` of Node 20 to 26. */
import type { Socket } from 'node:net'
import { net } from './natives.ts'

/** A handle as `net.Socket` sees it. */
export interface SocketHandle {
  reading?: boolean
  onread?: unknown
  close(callback?: () => void): void
}

export interface SocketInternals {
  _handle: SocketHandle | null
  _parent: Socket | null
  _host: string | null
  _sockname: object | null
  _peername: object | null
  connecting: boolean
  autoSelectFamilyAttemptedAddresses?: string[]
  /** TLSSocket: the same as `_handle`. */
  ssl?: SocketHandle | null
  _undestroy(): void
  /** Restarts the idle timers of the socket and of those below. */
  _unrefTimer(): void
  _reset(): Socket
}

export function internals(socket: Socket): SocketInternals {
  return socket as unknown as SocketInternals
}

/** A property of `owner` whose symbol Node does not export, found by its description. */
export function symbolOf(owner: object, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(owner).find((symbol) => symbol.description === description)
}

const sample = new net.Socket()
const probe: SocketHandle = { close: () => undefined }
// A socket that is given a handle leaves itself there, under a symbol that Node does not export.
void new net.Socket({ handle: probe, manualStart: true } as unknown as ConstructorParameters<typeof Socket>[0])
const kOwner = symbolOf(probe, 'owner_symbol') as symbol

/** Tells a handle whose it is, and the socket its id; Node's callbacks of shutdown and close ask for the former. */
export function setHandleOwner(handle: SocketHandle & { getAsyncId(): number }, socket: Socket): void {
  ;(handle as unknown as { [owner: symbol]: Socket })[kOwner] = socket
  ;(socket as unknown as { [asyncId: symbol]: number })[kAsyncId] = handle.getAsyncId()
}

const kAsyncId = symbolOf(sample, 'async_id_symbol') as symbol
const kBuffer = symbolOf(sample, 'kBuffer') as symbol
const kBufferCallback = symbolOf(sample, 'kBufferCb') as symbol
const kBufferGenerator = symbolOf(sample, 'kBufferGen') as symbol

type OnReadCallback = (length: number, buffer: Uint8Array) => boolean | undefined

interface OnReadSlots {
  [slot: symbol]: unknown
}

const hearing = new WeakSet<OnReadCallback>()

/** Listens to a socket made with the `onread` option, whose bytes never pass `push`. Once, however often it connects. */
export function hearOnRead(socket: Socket, hear: (bytes: Uint8Array) => void): void {
  const slots = socket as unknown as OnReadSlots
  const native = slots[kBufferCallback] as OnReadCallback | null
  if (native === null || native === undefined || hearing.has(native)) return
  const callback: OnReadCallback = (length, buffer) => {
    hear(buffer.subarray(0, length))
    return native(length, buffer)
  }
  hearing.add(callback)
  slots[kBufferCallback] = callback
}

/** Whether the socket was made with the `onread` option. */
export function readsIntoOwnBuffer(socket: Socket): boolean {
  return Boolean((socket as unknown as OnReadSlots)[kBuffer])
}

/**
 * Hands bytes to a socket made with the `onread` option, as much as its buffer takes at once.
 * @returns How much was taken, and whether the socket wants more.
 */
export function fillOwnBuffer(socket: Socket, bytes: Uint8Array): { readonly taken: number; readonly more: boolean } {
  const slots = socket as unknown as OnReadSlots
  const generate = slots[kBufferGenerator] as (() => unknown) | null
  // Node asks for the first buffer when it makes a handle, and for the next one after each read.
  if (slots[kBuffer] === true && generate !== null) slots[kBuffer] = generate()
  const buffer = slots[kBuffer] as Uint8Array
  const taken = Math.min(buffer.length, bytes.length)
  buffer.set(bytes.subarray(0, taken))
  const more = (slots[kBufferCallback] as OnReadCallback)(taken, buffer) !== false
  if (generate !== null) {
    const next = generate()
    if (next instanceof Uint8Array) slots[kBuffer] = next
  }
  return { taken, more }
}

/**
 * Whether an http2 session took the socket: from then on it reads the handle natively. The session leaves itself on the
 * socket under `kBoundSession`, which `lib/internal/http2/core.js` imports from a module that does not export it, so that
 * the property's name is "undefined".
 */
export function boundToHttp2(socket: Socket): boolean {
  return Object.hasOwn(socket, 'undefined') || symbolOf(socket, 'kBoundSession') !== undefined
}
