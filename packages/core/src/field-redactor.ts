/** Where a named value stands. */
export type FieldPlace = 'header' | 'column' | 'query' | 'field'

/** What the redaction package gives to a protocol: decides by name and content, and keeps length and format. */
export interface FieldRedactor {
  /**
   * A named value: header, column, query parameter, or any other field (JSON member, form field, argument). Returns the value
   * itself when it is no secret.
   * @param place Where it stands. @default 'field'
   */
  named(name: string, value: string, place?: FieldPlace): string
  /** Whether everything under this name is secret, so that a protocol can treat what is no text. */
  tells(name: string, place?: FieldPlace): boolean
  /** Free text (SQL, a body that is no known format). */
  text(text: string): string
  /** A body with a media type: JSON, form, multipart, text. Returns the same bytes when nothing is secret. */
  body(bytes: Uint8Array, mediaType: string | undefined): Uint8Array
}
