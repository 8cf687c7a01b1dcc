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
  'id', // an id that a library minted from state that takes share (nanoid, uuid v7, ObjectId ...): text
  'result', // a result that cannot be seeded (ECDSA signature ...): bytes
  'temporal', // Temporal.Now.*: ns since the epoch
  'timer', // no draw, but a timer that was set: see `timerShape`
  'job', // no draw, but a thread-pool job that was begun: its place in `jobKinds`
  'key', // a generated private or secret key: bytes; none where only its place is recorded
  'pid', // process.pid: integer
  'hostname', // os.hostname(): text
  'mkdtemp', // the six characters that fs.mkdtemp put at the end of a folder's name: text
  'sealed', // no draw, but what the draws behind it in the same record really were, encrypted
] as const

/** Name of one nondeterministic source. */
export type DrawKind = (typeof drawKinds)[number]

/** Kinds that are only recorded when somebody asks for them: secrets, and what other processes know this one by. */
export const kindsOnRequest = ['key', 'pid', 'hostname', 'mkdtemp'] as const

/** Name of one kind that has to be asked for. */
export type KindOnRequest = (typeof kindsOnRequest)[number] & DrawKind

/** What a draw can be: a number (also of ms), ns as bigint, text, or bytes. */
export type DrawValue = number | bigint | string | Uint8Array

/**
 * Kinds that are not drawn but asked for: they say in which segment a timer was set or a job begun, and which one, so
 * that changed code, which sets more or fewer of them, still finds the right one in the order log.
 */
export type OrderedKind = 'timer' | 'job'

/** Kinds of thread-pool jobs, in the order of their numbers in the cassette. Append only. */
export const jobKinds = [
  'other',
  'randomness',
  'pbkdf2',
  'scrypt',
  'hkdf',
  'key',
  'signature',
  'zlib',
  'fs',
  'prime',
  'webcrypto',
  'argon2',
] as const

/** Name of one kind of thread-pool job. */
export type JobKind = (typeof jobKinds)[number]

/**
 * A timer as one number: 0 is an immediate, a positive number the ms of a timeout, a negative one the ms of an interval.
 * @param delay ms, at least 1; `undefined` for an immediate.
 */
export function timerShape(delay: number | undefined, repeats: boolean): number {
  if (delay === undefined) return 0
  return repeats ? -delay : delay
}

/**
 * The draws of one take, as the patched sources see them. A recording session observes: it calls `native`, logs the
 * value and returns it. A replaying session supplies: it returns the logged value and does not call `native`, except
 * where nothing else can make a value (`result`).
 */
export interface DrawStreams {
  number(kind: DrawKind, native: () => number): number
  bigint(kind: DrawKind, native: () => bigint): bigint
  /** @param key For `id`: a 32-bit hash of what makes the id from what, part of the key by which a draw is found again. @default 0 */
  text(kind: DrawKind, native: () => string, key?: number): string
  /**
   * @param size Number of bytes, or for `result` and `key` a 32-bit hash of what is computed from what: part of the key by which a
   *   draw is found again.
   * @returns Bytes that belong to the caller. `native` may return the very memory that it filled.
   */
  bytes(kind: DrawKind, size: number, native: () => Uint8Array): Uint8Array
  /**
   * A source was used whose values are not played back. Absent where nobody keeps an account of it.
   * @param what Which one: a program's name, a file, a function.
   * @param entry The patched function that was called; whoever called that one used the source.
   */
  uncontrolled?(source: UncontrolledSource, what: string, entry: CallableFunction): void
}

/** Where values come from that are neither recorded nor played back. */
export type UncontrolledSource =
  | 'child process'
  | 'time of a file'
  | 'temporary folder'
  | 'process'
  | 'machine'
  | 'memory and load'
  | 'garbage collection'
  | 'native add-on'
  /** Libraries that make ids from a pool which takes share, reached only as draws: a bundle hides them. */
  | 'pool of ids'

/**
 * Draws of one kind made in one segment, in order. Clocks are run-length coded: `values[i]` was drawn `times[i]` times in
 * a row.
 */
export interface DrawRun {
  readonly kind: DrawKind
  /** For `bytes`: how many bytes each value has. For `result`, `key` and `id`: a 32-bit hash of what was made from what. 0 otherwise. */
  readonly size: number
  readonly values: readonly DrawValue[]
  /** How often each value was drawn in a row, when any was drawn more than once. As long as `values`. */
  readonly times?: readonly number[]
}
