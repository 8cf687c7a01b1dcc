/**
 * The methods of `net.Socket.prototype` that ears listen at. Prototypes are patched, never instances, and the first thing
 * each of them does is to leave sockets without an ear alone.
 */
import type { Socket } from 'node:net'
import { type PatchRegistry, virtualActivity } from '@retake/core'
import { type Heard, inherited, kEar, socketPrototype } from './ear.ts'
import { dressedAs, writableChunk } from './natives.ts'

type Callback = (error?: Error | null) => void
type HeardSocket = Socket & Heard

function encodingOf(socket: Socket, chunk: unknown, encoding: unknown): BufferEncoding | undefined {
  if (typeof chunk !== 'string') return undefined
  if (typeof encoding === 'string') return encoding as BufferEncoding
  return (socket as unknown as { _writableState: { defaultEncoding: BufferEncoding } })._writableState.defaultEncoding
}

/**
 * `write` and `end`: the only moments at which AsyncLocalStorage still names the code that wants the data sent.
 * @param isVirtual Connections are virtual: what is still sent goes to this process itself, and virtual time waits for it.
 */
export function hearWrites(patches: PatchRegistry, isVirtual: boolean): void {
  const nativeEnd = socketPrototype.end as (this: Socket, chunk?: unknown, encoding?: unknown, callback?: unknown) => Socket

  function write(this: HeardSocket, chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    const ear = this[kEar]
    if (ear !== undefined && !this.writableEnded && !this.destroyed) {
      const data = writableChunk(chunk)
      if (data !== undefined) ear.sent(data, encodingOf(this, data, encoding))
    } else if (isVirtual) virtualActivity.count++
    return inherited.write.call(this, chunk, encoding as BufferEncoding, callback as Callback)
  }

  // `end(chunk)` does not go through `write`.
  function end(this: HeardSocket, chunk?: unknown, encoding?: unknown, callback?: unknown): Socket {
    const ear = this[kEar]
    if (ear !== undefined && !this.writableEnded && !this.destroyed) {
      const data = writableChunk(chunk)
      if (data !== undefined) ear.sent(data, encodingOf(this, data, encoding))
      ear.sentEnd()
    } else if (isVirtual) virtualActivity.count++
    return nativeEnd.call(this, chunk, encoding, callback)
  }

  patches.replace(socketPrototype, 'write', dressedAs(write, inherited.write))
  patches.replace(socketPrototype, 'end', dressedAs(end, nativeEnd))
}

/** `push`, `emit` and `_destroy`: what comes from the live peer. */
export function hearPeers(patches: PatchRegistry): void {
  const nativeDestroy = socketPrototype._destroy

  function push(this: HeardSocket, chunk: unknown, encoding?: unknown): boolean {
    const ear = this[kEar]
    if (ear !== undefined) ear.received(chunk as Uint8Array | null)
    return inherited.push.call(this, chunk, encoding as BufferEncoding)
  }

  // Hearing 'connect' by a listener would show in the app's listener counts.
  function emit(this: HeardSocket, event: string | symbol): boolean {
    const ear = this[kEar]
    // oxlint-disable-next-line prefer-rest-params -- forwarding `arguments` costs no array
    const args = arguments as unknown as [string, ...unknown[]]
    if (ear !== undefined && !ear.settled) ear.emitting(this, event, args)
    return inherited.emit.apply(this, args)
  }

  function destroy(this: HeardSocket, error: Error | null, callback: (error?: Error | null) => void): void {
    const ear = this[kEar]
    if (ear !== undefined) ear.destroyed(this, error)
    return nativeDestroy.call(this, error, callback)
  }

  patches.replace(socketPrototype, 'push', dressedAs(push, inherited.push))
  patches.replace(socketPrototype, 'emit', dressedAs(emit, inherited.emit))
  patches.replace(socketPrototype, '_destroy', dressedAs(destroy, nativeDestroy))
}

/** Gives the slot its place on the prototype. */
export function prepareSlot(patches: PatchRegistry): void {
  patches.replace(socketPrototype, kEar, undefined)
}
