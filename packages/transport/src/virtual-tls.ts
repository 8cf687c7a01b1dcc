import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import type { SecureContext, TLSSocket } from 'node:tls'
import type { PatchRegistry } from '@retake/core'
import { earOf } from './ear.ts'
import { type ConnectOptions, dressedAs, net, normalizeConnectArguments, tls } from './natives.ts'
import { tapOf } from './tap.ts'
import { internals, setHandleOwner, type SocketHandle } from './socket-internals.ts'
import { VirtualConnection } from './virtual-connection.ts'
import { VirtualHandle } from './virtual-handle.ts'
import { VirtualTlsHandle } from './virtual-tls-handle.ts'

/** `TLSSocket.prototype._wrapHandle`, which the constructor calls to put TLS on a handle, or on a new one. */
interface Wrapping {
  _wrapHandle(wrap: Socket | null, handle: unknown, ...rest: unknown[]): unknown
}

let planned: { readonly isPipe: boolean } | undefined

/** The JS socket under a stream that TLS wraps as a foreign one (`JSStreamSocket`). */
function socketUnder(wrap: Socket): Socket {
  const { stream } = wrap as unknown as { stream?: unknown }
  return stream instanceof net.Socket ? stream : wrap
}

/** Upgrades in place, of tapped and of virtual sockets, however they are asked for. */
export function hearUpgrades(patches: PatchRegistry): void {
  const prototype = tls.TLSSocket.prototype as unknown as Wrapping
  const native = prototype._wrapHandle

  function wrapHandle(this: TLSSocket, wrap: Socket | null, handle: unknown, ...rest: unknown[]): unknown {
    if (wrap === null || wrap === undefined) {
      if (planned === undefined || handle !== undefined) return native.call(this, wrap, handle, ...rest)
      return prepare(this, new VirtualTlsHandle(planned))
    }
    const base = socketUnder(wrap)
    if (handle instanceof VirtualHandle && wrap === base) return upgradeVirtual(this, wrap, handle)
    const wrapped = native.call(this, wrap, handle, ...rest)
    tapOf(base)?.moveUp(base, this)
    return wrapped
  }

  patches.replace(prototype, '_wrapHandle', dressedAs(wrapHandle, native))
}

/** The listeners that the native method adds, so that the app counts the same. */
function prepare(socket: TLSSocket, handle: VirtualTlsHandle): VirtualTlsHandle {
  socket.on('close', function closeVirtual(this: TLSSocket) {
    internals(this).ssl = null
  })
  return handle
}

function upgradeVirtual(upper: TLSSocket, base: Socket, parent: VirtualHandle): VirtualTlsHandle {
  const handle = prepare(upper, new VirtualTlsHandle({ isPipe: parent.isPipe, base, parent }))
  base.on('close', () => upper.destroy())
  const connection = earOf(base)
  if (connection instanceof VirtualConnection) {
    handle.connection = connection
    connection.upgrade(upper, handle)
  }
  return handle
}

/** A TLSSocket that was made before it was known that its target is virtual: its native handle gives way. */
export function exchangeTlsHandle(socket: Socket, native: SocketHandle, isPipe: boolean): VirtualTlsHandle {
  const handle = new VirtualTlsHandle({ isPipe })
  for (const key of ['onkeylog', 'onhandshakestart', 'onhandshakedone', 'onocspresponse', 'onnewsession', 'onerror'] as const) {
    Reflect.set(handle, key, Reflect.get(native, key))
  }
  native.close()
  const state = internals(socket)
  state._handle = handle
  state.ssl = handle
  setHandleOwner(handle, socket)
  return handle
}

const contextOptions = [
  'ca',
  'cert',
  'key',
  'pfx',
  'crl',
  'ciphers',
  'sigalgs',
  'ecdhCurve',
  'dhparam',
  'minVersion',
  'maxVersion',
  'secureProtocol',
]
let emptyContext: SecureContext | undefined

/**
 * A context that nothing will be encrypted with. The client's own material is still parsed, so that wrong material fails
 * as it would; the system's root certificates, which take Node 20 ms to load, are not.
 */
function idleContext(options: ConnectOptions): SecureContext {
  if (contextOptions.some((name) => options[name] !== undefined && options[name] !== null)) {
    return tls.createSecureContext({ ...options, ca: (options['ca'] as string | undefined) ?? [] })
  }
  emptyContext ??= tls.createSecureContext({ ca: [] })
  return emptyContext
}

/** As `tls.connect` reads its arguments: TLS options may stand in the second or third place. */
function tlsConnectArguments(args: readonly unknown[]): [ConnectOptions, ((...args: unknown[]) => void) | null] {
  const [normalized, callback] = normalizeConnectArguments(args)
  const further = [args[1], args[2]].find((arg) => typeof arg === 'object' && arg !== null)
  return [{ ...normalized, ...(further as object | undefined) }, callback]
}

/** What was decided about a connection before its socket exists. */
export interface TlsPlan {
  readonly isVirtual: boolean
  /** Runs `run`, in which the socket connects, with the decision kept for it. */
  carry<T>(run: () => T): T
}

/**
 * Makes `tls.connect` build a virtual socket at once where its target is virtual, instead of a native one that would have
 * to be thrown away.
 * @param plan Decides; asked with the merged options, of connections that TLS opens itself.
 */
export function planTlsConnect(patches: PatchRegistry, plan: (options: ConnectOptions) => TlsPlan): void {
  const native = tls.connect as unknown as (...args: unknown[]) => TLSSocket

  function connect(...args: unknown[]): TLSSocket {
    const [options, callback] = tlsConnectArguments(args)
    if (options.socket) return native(...args)
    const { isVirtual, carry } = plan(options)
    if (!isVirtual) return carry(() => native(...args))
    const outer = planned
    planned = { isPipe: Boolean(options.path) }
    try {
      const virtual = {
        ...options,
        secureContext: options['secureContext'] ?? idleContext(options),
      }
      return carry(() => (callback === null ? native(virtual) : native(virtual, callback)))
    } finally {
      planned = outer
    }
  }

  patches.replace(tls, 'connect', dressedAs(connect, native))

  const prototype = tls.TLSSocket.prototype
  const nativeCertificate = prototype.getPeerX509Certificate
  function getPeerX509Certificate(this: TLSSocket): X509Certificate | undefined {
    const handle = internals(this)._handle
    return handle instanceof VirtualTlsHandle ? handle.peerX509() : nativeCertificate.call(this)
  }
  patches.replace(prototype, 'getPeerX509Certificate', dressedAs(getPeerX509Certificate, nativeCertificate))
}
