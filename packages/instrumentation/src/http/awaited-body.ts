import type { Readable } from 'node:stream'
import { primordials } from '@retake/core'
import { createStamp, type Stamp } from '../stamp.ts'

/** A request that its handlers have not seen yet, because its body says whose it is. */
interface Awaited {
  readonly chunks: Uint8Array[]
  /** So much of it is enough. */
  readonly limit: number
  arrived: ((body: Uint8Array) => void) | undefined
}

/** What came of a body before it was waited for. */
export interface EarlyBody {
  readonly chunks: readonly Uint8Array[]
  readonly ended: boolean
}

const requests: Stamp<Awaited> = createStamp()

/**
 * Waits for the body of a request that nobody reads yet: the parser's chunks stay in its buffer, and the app gets them as
 * ever. A body larger than the buffer is not waited for to its end: the parser pauses there.
 * @param arrived Called once, in a tick of its own, with what has arrived.
 */
export function awaitBody(
  request: Readable,
  arrived: (body: Uint8Array) => void,
  { early, limit = Infinity }: { /** What has arrived so far. */ readonly early?: EarlyBody | undefined; readonly limit?: number } = {},
): void {
  requests.set(request, { chunks: [...(early?.chunks ?? [])], limit: Math.min(limit, request.readableHighWaterMark), arrived })
  if (early?.ended === true) primordials.nextTick(() => stopAwaiting(request))
}

/** Told of each push into a request, after the native one; `null` ends the body. */
export function bodyPushed(request: Readable, chunk: unknown): void {
  const awaited = requests.get(request)
  if (awaited?.arrived === undefined) return
  if (chunk instanceof Uint8Array) awaited.chunks.push(chunk)
  if (chunk !== null && request.readableLength < awaited.limit) return
  primordials.nextTick(() => stopAwaiting(request))
}

/** Goes on with what there is of a body that is waited for. */
export function stopAwaiting(request: Readable): void {
  const awaited = requests.get(request)
  if (awaited?.arrived === undefined) return
  const { arrived, chunks } = awaited
  awaited.arrived = undefined
  arrived(Buffer.concat(chunks))
}
