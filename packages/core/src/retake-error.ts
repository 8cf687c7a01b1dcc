import { errorTable, type RetakeErrorCode } from './error-table.ts'

/** Every error that Retake raises. The message says what happened, where, and what to do next. */
export class RetakeError extends Error {
  override readonly name = 'RetakeError'
  readonly code: RetakeErrorCode
  /** Where: a file, an offset, a key, a target. */
  readonly details: { readonly [name: string]: unknown }

  /**
   * @param code One of the error table.
   * @param what What happened and where, one sentence or several lines.
   * @param options `details` for programs, `cause` for the chain, `remedy` when the table's general one can be bettered.
   */
  constructor(
    code: RetakeErrorCode,
    what: string,
    options: { readonly details?: { readonly [name: string]: unknown }; readonly cause?: unknown; readonly remedy?: string } = {},
  ) {
    const remedy = options.remedy ?? errorTable[code].remedy
    super(`${what}\n  → ${remedy} (${code}, docs/errors.md#${code.toLowerCase()})`, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.details = options.details ?? {}
  }
}
