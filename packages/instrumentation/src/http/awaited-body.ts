import type { IncomingMessage } from 'node:http'
import { primordials } from '@retake/core'
import { createStamp, type Stamp } from '../stamp.ts'

/** A request that its handlers have not seen yet, because its body says whose it is. */
interface Awaited {
  readonly chunks: Uint8Array[]
  arrived: ((body: Uint8Array) => void) | undefined
}

const requests: Stamp<Awaited> = createStamp()

/**
 * Waits for the body of a request that nobody reads yet: the parser's chunks stay in its buffer, and the app gets them as
 * ever. A body larger than the buffer is not waited for to its end: the parser pauses there.
 * @param arrived Called once, in a tick of its own, with what has arrived.
 */
export function awaitBody(request: IncomingMessage, arrived: (body: Uint8Array) => void): void {
  requests.set(request, { chunks: [], arrived })
}

/** Told of each push into a request, after the native one; `null` ends the body. */
export function bodyPushed(request: IncomingMessage, chunk: unknown): void {
  const awaited = requests.get(request)
  if (awaited?.arrived === undefined) return
  if (chunk instanceof Uint8Array) awaited.chunks.push(chunk)
  if (chunk !== null && request.readableLength < request.readableHighWaterMark) return
  const { arrived, chunks } = awaited
  awaited.arrived = undefined
  primordials.nextTick(() => arrived(Buffer.concat(chunks)))
}
