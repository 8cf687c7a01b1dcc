import type { FieldRedactor } from '@retake/core'
import type { IsKnown } from './placeholder/placeholder.ts'
import type { SecretPart } from './placeholder/secret-parts.ts'
import type { RedactionRules } from './rules/redaction-rules.ts'

/** A redactor, and how many values of each class it replaced so far. */
export interface Redactor extends FieldRedactor {
  readonly counts: { readonly [detector: string]: number }
}

/** What takes the place of what the rules find. */
export interface RedactorOptions {
  readonly rules?: RedactionRules
  /**
   * Random bytes, 16 at least, made for one recording and never stored: placeholders of two recordings have nothing in
   * common.
   */
  readonly key?: Uint8Array
  /** Told each secret with its placeholder, as often as it is found; for sealing. */
  readonly onReplaced?: (placeholder: string, secret: string) => void
  /**
   * What takes the place of a secret instead of a keyed placeholder, of any length: a mark for comparing, or the secret
   * again behind a placeholder that was found where the secret had been.
   */
  readonly substitute?: (found: string) => string
  /**
   * Whether a text with less than 16 characters that carry a secret is a placeholder: of what was never redacted before none is.
   * @default by its looks, which a secret may have by chance
   */
  readonly isKnown?: IsKnown
  /**
   * Parts of a secret that are replaced already by something of no use to anybody: they stand in the placeholder as they
   * are, so that who made them recognises them.
   * @returns `undefined` when there are none.
   */
  readonly parts?: (secret: string) => readonly SecretPart[] | undefined
}
