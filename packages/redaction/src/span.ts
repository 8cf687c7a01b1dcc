/** A stretch of text that is secret. */
export interface Span {
  readonly start: number
  readonly end: number
  /** Where the shape begins whose fixed beginning stays. @default `start` */
  readonly from?: number
  /** Where that shape ends. @default `end` */
  readonly to?: number
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
  /** A surer test, for one whose hint nearly every text has. A part of a text has none where the whole has none. */
  readonly mayBeIn?: (text: string) => boolean
  /** Stretches in any order; where they overlap, the first one counts. */
  find(text: string, context: DetectionContext): Iterable<Span>
}

/** What a detector may ask of the redactor. */
export interface DetectionContext {
  /** Placeholders are made here; otherwise something else takes the place of what is found. */
  readonly isKeyed: boolean
  isTelling(name: string): boolean
  /** Whether a value of this name is secret where it looks random. */
  isWeak(name: string): boolean
  /** What stands under the name of a header of credentials (`cookie: …` in a log). */
  header(name: string, value: string): string
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

/** How spans are replaced. */
export interface SpanReplacing {
  placeholder(secret: string): string
  /** Whether the user said that this text is no secret. */
  isAllowed(text: string): boolean
  count(detector: string): void
}

/** Replaces the spans of a text. */
export function replaceSpans(text: string, spans: readonly Span[], { placeholder, isAllowed, count }: SpanReplacing): string {
  let result = ''
  let at = 0
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (span.start < at || span.end <= span.start) continue
    const secret = text.slice(span.start, span.end)
    if (isAllowed(secret) || (span.from !== undefined && isAllowed(text.slice(span.from, span.end)))) continue
    const replaced = span.rewrite === undefined ? placeholder(secret) : span.rewrite(secret)
    if (replaced !== secret) count(span.detector)
    result += text.slice(at, span.start) + replaced
    at = span.end
  }
  return at === 0 ? text : result + text.slice(at)
}

/**
 * Replaces the letters and digits of a number that is written with marks between them, and leaves the marks.
 * @param characters What of it is no mark, with the secret part already replaced; of another length where the redactor
 *   gives no placeholder but a mark of its own, which then stands for the whole.
 */
export function withMarks(raw: string, isMark: RegExp, characters: string): string {
  if (raw.replaceAll(isMark, '').length !== characters.length) return characters
  let next = 0
  return Array.from(raw, (character) => (character.search(isMark) === 0 ? character : characters[next++])).join('')
}

/** A placeholder of digits that may begin with 0: alone they would be taken for a number. */
export function digitsFor(digits: string, placeholder: (secret: string) => string): string {
  return placeholder(`:${digits}`).replace(/^:/, '')
}

/** Fixed beginnings of keys are no longer than this. */
const longestBeginning = 64

/** Whether the spans are all that is secret in a value: the rest is the beginning or the frame that its shape has. */
export function isOfOneShape(value: string, spans: readonly Span[]): boolean {
  const [first] = spans
  if (first === undefined) return false
  if (first.detector === 'private-key') return value.startsWith('-----BEGIN')
  if (first.detector === 'connection-string') return /^[a-z][\w+.-]*:\/\//i.test(value)
  // A shape with a fixed part in its middle is two spans.
  const last = spans.length === 2 && spans[1]?.from === first.from && first.to !== undefined ? (spans[1] as Span) : first
  return (last.to ?? last.end) === value.length && (first.from ?? first.start) === 0 && first.start <= longestBeginning
}
