/**
 * How events travel from the app's main thread to the recording worker: through slabs of one shared buffer, without a
 * message, a system call or a lock on the main thread. A record is a 32-byte head and its payload, 8-byte aligned:
 *
 * | offset | type | meaning                                            |
 * |-------:|------|----------------------------------------------------|
 * |      0 | i32  | size of the whole record, padded to 8               |
 * |      4 | i32  | kind ({@link eventKinds}), {@link moreFollows}      |
 * |      8 | i32  | length of the payload in bytes                      |
 * |     12 | i32  | number of the take                                  |
 * |     16 | i32  | subject: connection, timer, draw kind, …            |
 * |     20 | i32  | detail: part, repetitions, …                        |
 * |     24 | f64  | ms on the monotonic clock, or the value of a draw   |
 *
 * A slab begins with its own head: i32 bytes committed, i32 index of the slab that follows (-1 while it is the last).
 */
export const slabSize: number = 1 << 20
export const slabHead = 8
export const recordHead = 32

/** Events that the main thread tells. The number is the position; both threads run the same build. */
export const eventKinds = {
  opened: 1,
  connected: 2,
  secured: 3,
  sent: 4,
  received: 5,
  sentEnd: 6,
  receivedEnd: 7,
  closed: 8,
  upgraded: 9,
  takeBegin: 10,
  requestBody: 11,
  requestEnd: 12,
  responseBytes: 13,
  responseEnd: 14,
  trace: 15,
  takeDropped: 16,
  testBegin: 17,
  testEnd: 18,
  drawNumber: 20,
  drawBigint: 21,
  drawText: 22,
  drawBytes: 23,
  drawAgain: 26,
  timerFired: 24,
  jobDelivered: 25,
  lookupBegin: 30,
  seamBegin: 31,
  seamEnd: 32,
  listening: 33,
  gap: 34,
  unreadable: 35,
  processEnd: 36,
  spanOf: 37,
  span: 38,
  backgroundBegin: 39,
  lookupEnd: 40,
  responseFields: 41,
} as const

/** Added to the kind of a record whose payload goes on in the next one. */
export const moreFollows = 0x100

/** Events whose subject is a connection. */
export const connectionKinds: ReadonlySet<number> = new Set([
  eventKinds.opened,
  eventKinds.connected,
  eventKinds.secured,
  eventKinds.sent,
  eventKinds.received,
  eventKinds.sentEnd,
  eventKinds.receivedEnd,
  eventKinds.closed,
  eventKinds.upgraded,
  eventKinds.unreadable,
  eventKinds.spanOf,
])

/** Detail of a `responseEnd`; its subject is the code of a reset. */
export const endFlags = { aborted: 1, reset: 2, byServer: 4 } as const

/** Detail of a `trace`: the ids are our own, and the take itself is the server span. */
export const ownTrace = 1

/** Detail of a `seamEnd`. */
export const seamFlags = { thrown: 1, synchronous: 2 } as const

/** Words of the control buffer that the two threads share. */
export const control = {
  /** Main asks for a flush by raising this number; the worker answers by raising `flushed` to it. */
  flushAsked: 0,
  flushed: 1,
  /** One of {@link workerStates}. */
  workerState: 2,
  /** Main sets 1: after the next flush write the footers and stop. */
  closeAsked: 3,
  /** Main raises it when it has answered the worker's question to a hook. */
  hooksAnswered: 4,
  /** The worker raises it with each take that it turns to. */
  progress: 5,
  /** How many there are. */
  words: 6,
} as const

/** `replaced`: the process came to its end before the worker ran, and does the work itself. */
export const workerStates = { starting: 0, running: 1, failed: 2, closed: 3, replaced: 4 } as const

/** Everything that the two threads share, handed over once when the worker starts. */
export interface RingMemory {
  /** Control words, then one i32 per slab: 0 free, 1 in use. */
  readonly control: SharedArrayBuffer
  /** All slabs, one after the other. The system commits a page only when it is first written. */
  readonly slabs: SharedArrayBuffer
  readonly slabCount: number
}

/** @param bytes Memory for events in flight; rounded up to whole slabs, two at least. */
export function allocateRing(bytes: number): RingMemory {
  const slabCount = Math.max(2, Math.ceil(bytes / slabSize))
  return {
    control: new SharedArrayBuffer((control.words + slabCount) * 4),
    slabs: new SharedArrayBuffer(slabCount * slabSize),
    slabCount,
  }
}
