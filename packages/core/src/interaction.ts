/** A value in the structured form of a call: what JSON can say, plus bytes. */
export type FieldValue = string | number | boolean | null | Uint8Array | readonly FieldValue[] | { readonly [name: string]: FieldValue }

/**
 * What was asked. The fields are the meaning of the call without the connection's bookkeeping, in the order in which a
 * near miss is explained: the more telling first (HTTP: method, origin, path, query, headers, body; SQL: text, parameters).
 */
export interface Call {
  /** Name of the protocol's folder: `http1`, `postgres`, ... */
  readonly protocol: string
  /** Target's name, for people and for `connect` failures; not part of equality unless a field says so. */
  readonly target: string
  /** One line that a person recognises: `GET http://127.0.0.1:8080/prices?sku=1`, `SELECT … FROM orders`. */
  readonly label: string
  /**
   * `read` may be answered again when its recorded answers are used up; `write` never. The connections' bookkeeping may
   * always be: `session` (SET, LISTEN), of which another pool makes more or less, and `transaction` (BEGIN, COMMIT), which
   * may not be left out.
   */
  readonly effect: 'read' | 'write' | 'session' | 'transaction'
  /** Two calls are equal when their protocols and fields are. */
  readonly fields: { readonly [name: string]: FieldValue }
}

/** Whether a call is the connection's bookkeeping: it may always be answered again, and never waits for other calls. */
export function isBookkeeping({ effect }: Pick<Call, 'effect'>): boolean {
  return effect === 'session' || effect === 'transaction'
}

/** A failure of the transport, with everything that the error object of Node had. */
export interface TransportError {
  readonly code: string
  readonly message: string
  readonly errno?: number
  readonly syscall?: string
  readonly address?: string
  readonly port?: number
  readonly hostname?: string
  /** Other own enumerable properties that Node set (TLS: `reason`, `library`, `host`, `cert` is dropped). */
  readonly extra?: { readonly [name: string]: FieldValue }
}

/** Bytes of an outcome that were delivered together. */
export interface Chunk {
  readonly bytes: Uint8Array
  /** ms since the call began. */
  readonly at: number
  /** Protocol's own mark (PostgreSQL: `notice` ...). */
  readonly mark?: string
}

/** How the stream of chunks ended. */
export type Ending =
  /** The protocol says that the answer is complete; the connection lives on. */
  | { readonly kind: 'complete' }
  /** The peer closed its side, and that is what ended the answer (or came right with it). */
  | { readonly kind: 'closed' }
  /** The connection broke. */
  | { readonly kind: 'error'; readonly error: TransportError }
  /** The app gave up first (abort, destroy), or recording ended before the answer did. */
  | { readonly kind: 'abandoned' }

/** What came back. */
export type Outcome =
  | {
      readonly kind: 'stream'
      readonly chunks: readonly Chunk[]
      readonly ending: Ending
      /** ms since the call began. */
      readonly endedAt: number
      /** What the virtual server needs beside the bytes, in the protocol's own shape. */
      readonly meta?: { readonly [name: string]: FieldValue }
    }
  | { readonly kind: 'value'; readonly value: FieldValue; readonly endedAt: number }
  | {
      readonly kind: 'thrown'
      readonly error: TransportError & { readonly name?: string; readonly stack?: string }
      readonly endedAt: number
    }

/** One outgoing call and its outcome, with order and timing. */
export interface Interaction {
  /** Ordinal in its take, stamped when the call began. From 0. */
  readonly id: number
  readonly call: Call
  readonly outcome: Outcome
  /** ms since the take began. */
  readonly startedAt: number
  /** Connection it went over, numbered within the session: tells concurrent calls from pipelined ones. */
  readonly connection?: number
  readonly spanId?: string
  /** Draws of the take that had been made when the call began, clocks left out. Unknown where absent. */
  readonly drawn?: number
}
