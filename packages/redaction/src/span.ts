/** A stretch of text that is secret. */
export interface Span {
  readonly start: number
  readonly end: number
  /** What found it, for the counts. */
  readonly detector: string
  /** Replaces it by as many characters; without it the stretch is replaced as a whole. */
  readonly rewrite?: (secret: string) => string
}

/** Finds secrets by their looks. Linear in the text, whatever the text. */
export interface Detector {
  readonly name: string
  /** A cheap test: whether the text may hold one at all. */
  readonly hint: RegExp
  /** Stretches in any order; where they overlap, the first one counts. */
  find(text: string, context: DetectionContext): Iterable<Span>
}

/** What a detector may ask of the redactor. */
export interface DetectionContext {
  isTelling(name: string): boolean
  /** Replaces every character that can carry a secret. */
  placeholder(secret: string): string
  /**
   * Replaces a whole value that is secret because of where it stands. One of a known shape keeps what its shape keeps, so
   * that the same secret is replaced by the same text wherever it stands.
   */
  secret(value: string): string
  /** Redacts a text that was found inside another one (the claims of a token). */
  nested(text: string): string
}

/** Replaces the spans of a text. */
export function replaceSpans(
  text: string,
  spans: readonly Span[],
  placeholder: (secret: string) => string,
  count: (detector: string) => void,
): string {
  let result = ''
  let at = 0
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (span.start < at || span.end <= span.start) continue
    const secret = text.slice(span.start, span.end)
    const replaced = span.rewrite === undefined ? placeholder(secret) : span.rewrite(secret)
    if (replaced !== secret) count(span.detector)
    result += text.slice(at, span.start) + replaced
    at = span.end
  }
  return at === 0 ? text : result + text.slice(at)
}
