import { errorTable, type RetakeErrorCode } from './error-table.ts'

/** Each bundle of the SDK has a class of its own; they know each other's errors by this. */
const brand: symbol = Symbol.for('retake.error.v1')

/** Every error that Retake raises. The message says what happened, where, and what to do next. */
export class RetakeError extends Error {
  override readonly name = 'RetakeError'
  readonly code: RetakeErrorCode
  /** Whether a value is an error of Retake's, whichever copy of the SDK raised it. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value
  }
  /** Where: a file, an offset, a key, a target. */
  readonly details: { readonly [name: string]: unknown }

  /**
   * @param code One of the error table.
   * @param what What happened and where, one sentence or several lines; or the whole message of such an error, which another
   *   thread has told.
   * @param options `details` for programs, `cause` for the chain, `remedy` when the table's general one can be bettered.
   */
  constructor(
    code: RetakeErrorCode,
    what: string,
    options: { readonly details?: { readonly [name: string]: unknown }; readonly cause?: unknown; readonly remedy?: string } = {},
  ) {
    const remedy = options.remedy ?? errorTable[code].remedy
    const reference = `(${code}, docs/errors.md#${code.toLowerCase()})`
    super(
      what.endsWith(reference) ? what : `${what}\n  → ${remedy} ${reference}`,
      'cause' in options ? { cause: options.cause } : undefined,
    )
    this.code = code
    Object.defineProperty(this, brand, { value: true, enumerable: false })
    this.details = options.details ?? {}
  }
}
