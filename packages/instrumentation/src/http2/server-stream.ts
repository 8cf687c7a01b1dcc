import type { ServerHttp2Stream } from 'node:http2'

/** A stream of an HTTP/2 server, with what Node does not document. */
export interface ServerStream extends ServerHttp2Stream {
  _write(data: unknown, encoding: BufferEncoding, callback: unknown): void
  _writev(data: readonly { readonly chunk: unknown; readonly encoding: BufferEncoding }[], callback: unknown): void
}

/** Fields as Node's JavaScript gives them to its native side: see {@link readHeaderBlock}. */
export type NativeBlock = readonly [fields: string, count: number]

/** What Node's JavaScript calls on the native side of a stream. */
export interface StreamHandle {
  /** The stream of a server; a client's is elsewhere. */
  readonly owner?: ServerStream
  respond(block: NativeBlock, options: number): number
  info(block: NativeBlock): number
  trailers(block: NativeBlock): number
  pushPromise(block: NativeBlock, options: number): number | object
  rstStream(code: number): void
}

const called = ['respond', 'info', 'trailers', 'pushPromise', 'rstStream'] as const

/** Prototype of the native sides of all streams; `undefined` in a Node that keeps them elsewhere. */
export function handlePrototype(stream: object): StreamHandle | undefined {
  const key = Object.getOwnPropertySymbols(stream).find(({ description }) => description === 'kHandle')
  const handle = key === undefined ? undefined : (stream as { readonly [key: symbol]: unknown })[key]
  if (typeof handle !== 'object' || handle === null) return undefined
  const prototype = Object.getPrototypeOf(handle) as StreamHandle
  return called.every((name) => typeof prototype[name] === 'function') ? prototype : undefined
}

/** Whether the connection below a stream is gone, so that what ends the stream is not the server. */
export function isConnectionGone({ session }: ServerStream): boolean {
  return session === undefined || session.destroyed || session.socket.destroyed
}
