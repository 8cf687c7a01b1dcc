/**
 * The built-in modules that this package patches, fetched and not imported (see core's primordials), and what they were
 * before.
 */
import type * as DgramModule from 'node:dgram'
import type * as DnsModule from 'node:dns'
import type * as NetModule from 'node:net'
import type { Duplex } from 'node:stream'
import type * as TlsModule from 'node:tls'

export const net: typeof NetModule = process.getBuiltinModule('node:net')
export const tls: typeof TlsModule = process.getBuiltinModule('node:tls')
export const dns: typeof DnsModule = process.getBuiltinModule('node:dns')
export const dgram: typeof DgramModule = process.getBuiltinModule('node:dgram')

/** The unpatched `dns.lookup`, for look-ups of our own and of Node's internals. */
export const nativeLookup: typeof dns.lookup = dns.lookup

/**
 * Where `net.Socket.prototype` inherits `write`, `push` and `emit` from. Read at every call, not captured: somebody else
 * (the `domain` module replaces `EventEmitter.prototype.emit`) may patch them after us.
 */
export const duplexPrototype: Duplex = Object.getPrototypeOf(net.Socket.prototype) as Duplex

/** Connection options after Node's own reading of the argument forms. */
export interface ConnectOptions {
  readonly port?: unknown
  readonly host?: unknown
  readonly path?: unknown
  readonly servername?: unknown
  readonly socket?: unknown
  readonly [name: string]: unknown
}

export type NormalizedConnectArguments = [options: ConnectOptions, callback: ((...args: unknown[]) => void) | null]

/** `[options, callback]` of any form of `connect(...)`. The legacy export is the only way to stay equal to Node's own reading. */
export function normalizeConnectArguments(args: readonly unknown[]): NormalizedConnectArguments {
  if (Array.isArray(args[0])) return args[0] as unknown as NormalizedConnectArguments
  const { _normalizeArgs } = net as unknown as {
    _normalizeArgs(args: readonly unknown[]): NormalizedConnectArguments
  }
  return _normalizeArgs(args)
}

/** A replacement that shows the name, length and symbols (`util.promisify`'s) of what it replaces. */
export function dressedAs<T extends object>(replacement: T, native: object): T {
  for (const key of Reflect.ownKeys(native)) {
    if (key === 'prototype') continue
    const descriptor = Object.getOwnPropertyDescriptor(native, key)
    if (descriptor !== undefined) Object.defineProperty(replacement, key, descriptor)
  }
  return replacement
}

/** `Writable.write` takes any view from Node 22 on, before that only Uint8Arrays. */
const takesAnyView = Number.parseInt(process.versions.node) >= 22

/** The chunk as text or bytes; `undefined` for what `Writable.write` refuses. */
export function writableChunk(chunk: unknown): string | Uint8Array | undefined {
  if (typeof chunk === 'string' || chunk instanceof Uint8Array) return chunk
  if (takesAnyView && ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  return undefined
}
