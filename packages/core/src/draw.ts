/**
 * The nondeterministic sources, in the order of their numbers in the cassette. Append only: a number, once released,
 * keeps its meaning for ever.
 */
export const drawKinds = [
  'date', // Date.now(), new Date(): ms since the epoch
  'performance', // performance.now(): ms since timeOrigin, fractional
  'hrtime', // process.hrtime.bigint(): ns
  'uptime', // process.uptime(): s, fractional
  'random', // Math.random(): [0, 1)
  'bytes', // crypto.randomBytes, randomFill(Sync), getRandomValues: raw bytes
  'int', // crypto.randomInt: integer
  'uuid', // crypto.randomUUID: text
  'uuid7', // crypto.randomUUIDv7 (Node 24+): text
  'time-origin', // performance.timeOrigin: ms
  'http-date', // the Date header that node:http wrote: text
  'id', // an id that a library minted from state shared by takes (nanoid, uuid v7, ObjectId ...): text
  'result', // a result that cannot be seeded (ECDSA signature, generated key ...): bytes
  'temporal', // Temporal.Now.*: ns since the epoch
] as const

/** Name of one nondeterministic source. */
export type DrawKind = (typeof drawKinds)[number]

/** What a draw can be: a number (also of ms), ns as bigint, text, or bytes. */
export type DrawValue = number | bigint | string | Uint8Array

/**
 * The draws of one take, as the patched sources see them. A recording session observes: it calls `native`, logs the
 * value and returns it. A replaying session supplies: it returns the logged value and does not call `native`.
 */
export interface DrawStreams {
  number(kind: DrawKind, native: () => number): number
  bigint(kind: DrawKind, native: () => bigint): bigint
  text(kind: DrawKind, native: () => string): string
  /** @param size Number of bytes; part of the key by which a draw is found again. */
  bytes(kind: DrawKind, size: number, native: () => Uint8Array): Uint8Array
}

/** Draws of one kind made in a row in one segment. Clocks are run-length coded: `[value, times, value, times, …]`. */
export interface DrawRun {
  readonly kind: DrawKind
  /** For `bytes`: how many bytes each value has; 0 otherwise. */
  readonly size: number
  readonly values: readonly DrawValue[]
  /** How often each value was drawn in a row, when any was drawn more than once. */
  readonly times?: readonly number[]
}
