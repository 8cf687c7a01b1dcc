/** What kind of difference it is. */
export type DifferenceClass =
  | 'status'
  /** Recorded but not there now. */
  | 'missing'
  /** There now but not recorded. */
  | 'added'
  | 'type'
  | 'value'
  /** The same kind of value (a time, an id) in another format, or no longer one of the kind. */
  | 'format'
  /** A time that does not keep its distance from its run's clock. */
  | 'time'
  /** An id that stands for another one elsewhere: swapped, split or collapsed. */
  | 'reference'
  | 'length'
  | 'order'
  | 'bytes'
  | 'pattern'

/** One place in which two outcomes differ. */
export interface Difference {
  /** `status`, `headers.x-build`, `trailers.x-sum`, `body.items[2].price`, `body["a.b"]`, `body`. */
  readonly path: string
  readonly class: DifferenceClass
  /** JSON text for members of a JSON body, the text itself otherwise; bytes as hex. Cut at 16,384 characters. */
  readonly recorded: string | undefined
  readonly replayed: string | undefined
  /** One sentence for people. */
  readonly reason: string
  /** The recorded call with whose answer the recorded value came, as its label, where exactly one has it. */
  readonly source?: string
}

/** Whether two outcomes are equivalent, and where they are not. */
export interface Verdict {
  readonly pass: boolean
  /** In the order: status, body, headers, trailers. At most 1000. */
  readonly differences: readonly Difference[]
  /** There may be more differences than are listed. */
  readonly more: boolean
  /** Values that could not be given back and are of the same kind, format and reference: differences that are none. */
  readonly tolerated?: readonly Difference[]
}
