import type { FieldPlace } from '@retake/core'
import { isUtf8 } from 'node:buffer'
import { CleanTexts } from './clean-texts.ts'
import { nameDetectors, shapesFor } from './detectors/detector-table.ts'
import { decodedText } from './formats/charset.ts'
import { compressedBody, deepestCompressed } from './formats/compressed.ts'
import { rewriteTable, type TableCells } from './formats/csv.ts'
import { rewriteForm } from './formats/form.ts'
import { type HeaderRedaction, redactAuthorization, redactCookies, redactSetCookie } from './formats/header.ts'
import { document, quotedFirst, rewriteJson } from './formats/json.ts'
import { decodeJsonString } from './formats/json-string.ts'
import { boundaryOf, partsOf } from './formats/multipart.ts'
import { looksRandom } from './looks-random.ts'
import { placeholderFor } from './placeholder/placeholder.ts'
import { placeholderOfParts, type SecretPart } from './placeholder/secret-parts.ts'
import { allowanceTest } from './rules/allowances.ts'
import { NameRules } from './rules/name-rules.ts'
import { pathPlace, type PathPlace, stepInto, verdictAt } from './rules/path-rules.ts'
import type { Redactor, RedactorOptions } from './redactor-options.ts'
import type { Verdict } from './rules/redaction-rules.ts'
import type { DetectionContext, Detector, Span, SpanReplacing } from './span.ts'
import { isOfOneShape, replaceSpans } from './span.ts'
import { isCount, isTrivial, tellingStems, wordsOf } from './telling-name.ts'

/** JSON in a string in a JSON in a string …: beyond this depth it is plain text. */
const deepestText = 4
/** Digits of the shortest card number. */
const shortestCard = 13
/** A shorter text holds no secret that its looks or a name in it would tell. */
const shortestText = 5
const rememberedPlaceholders = 10_000
/** Members of a JSON Web Key (RFC 7518, section 6) that are private, under names that say nothing elsewhere. */
const privateMembers = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 't', 'r'])
/** Takes the place of bytes that are too few for a placeholder; no text has it. */
const filler = 0xff
const tables = /^(?:text|application)\/(?:csv|tab-separated-values)/
const random: Verdict = { kind: 'random' }
/** Ids and times, which APIs are full of, have the form of no secret; only their name, or a rule of the user's, can tell one. */
const plain = /^(?:[\da-fA-F]{8}-(?:[\da-fA-F]{4}-){3}[\da-fA-F]{12}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))$/

/** What databases and APIs write of a time (ISO 8601, RFC 3339). */
const time = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d(?::\d\d)?)?$/

/** Hardly two rows have the same time, so it is worth knowing that it has the form of no secret. */
function isTime(text: string): boolean {
  return text.length >= 19 && text.length <= 35 && text.charCodeAt(4) === 0x2d && time.test(text)
}

/** Makes a redactor with the default rules. One of `key` and `substitute` is needed. */
export function createRedactor(options: RedactorOptions): Redactor {
  return new RuleRedactor(options)
}

class RuleRedactor implements Redactor {
  readonly counts: { [detector: string]: number } = Object.create(null) as { [detector: string]: number }
  readonly #placeholderFor: (secret: string) => string
  readonly #placeholderOfParts: (parts: readonly SecretPart[]) => string
  readonly #parts: RedactorOptions['parts']
  /** A keyed placeholder has the length of its secret; a substitute, or what a rule of the user's gives, may have any. */
  readonly #keepsLength: boolean
  readonly #names: NameRules
  readonly #paths: PathPlace | undefined
  readonly #shapes: readonly Detector[]
  /** No pattern of the user's, and no personal data, is looked for in ids and times. */
  readonly #knowsPlain: boolean
  /** What any text with a telling name in it has. */
  readonly #nameHint: RegExp
  readonly #placeholders = new Map<string, string>()
  readonly #context: DetectionContext
  readonly #headers: HeaderRedaction
  readonly #cells: TableCells
  readonly #replacing: SpanReplacing
  readonly #quietly: SpanReplacing
  readonly #clean = new CleanTexts()
  #depth = 0
  /** How many compressed bodies surround what is looked at. */
  #compressed = 0
  /** Bytes written as numbers were replaced: their spelling may have another length. */
  #hasResized = false

  constructor({ key, rules = {}, substitute, onReplaced, parts, isKnown }: RedactorOptions) {
    if (substitute === undefined && (key === undefined || key.length < 16))
      throw new RangeError('the key of a redactor has 16 bytes at least')
    const own = rules.secret ?? []
    this.#keepsLength = substitute === undefined && own.every((rule) => rule.with === undefined)
    this.#parts = parts
    this.#placeholderFor =
      substitute ??
      ((secret) => {
        const placeholder = placeholderFor(secret, key as Uint8Array, isKnown)
        if (placeholder !== secret) onReplaced?.(placeholder, secret)
        return placeholder
      })
    this.#placeholderOfParts = (known) => {
      const placeholder = placeholderOfParts(known, key as Uint8Array)
      const hidden = known.map(({ text }) => text).join('')
      if (placeholder !== hidden) onReplaced?.(placeholder, hidden)
      return placeholder
    }
    this.#names = new NameRules(rules)
    this.#paths = pathPlace(rules)
    this.#shapes = shapesFor(rules)
    this.#knowsPlain = (rules.personal ?? []).length === 0 && own.every(({ kind }) => kind !== 'pattern')
    const named = own.flatMap((rule) => (rule.kind === 'name' ? wordsOf(rule.name).slice(0, 1) : []))
    this.#nameHint = new RegExp([...tellingStems, ...named].join('|'), 'i')
    const placeholder = (secret: string): string => this.#placeholder(secret)
    const secret = (value: string): string => this.#whole(value)
    this.#context = {
      isKeyed: substitute === undefined,
      isTelling: (name) => this.#names.verdict(name, 'field')?.kind === 'secret',
      isWeak: (name) => this.#names.verdict(name, 'field')?.kind === 'random',
      header: (name, value) => this.named(name, value, 'header'),
      placeholder,
      secret,
      nested: (text) => (this.#depth < deepestText ? this.#deeper(() => this.text(text)) : text),
    }
    this.#headers = { secret }
    this.#cells = { tells: (name) => this.tells(name, 'column'), named: (name, value) => this.named(name, value, 'column') }
    const isAllowed = allowanceTest(rules)
    this.#replacing = { placeholder, isAllowed, count: (detector) => this.#count(detector) }
    this.#quietly = { placeholder, isAllowed, count: () => undefined }
  }

  named(name: string, value: string, place: FieldPlace = 'field'): string {
    if (value === '') return value
    const verdict = this.#placed(name, place)
    if (verdict?.kind === 'plain') return this.#detect(value, this.#shapes)
    if (verdict?.with === undefined && (place === 'header' || place === 'field')) {
      const lower = name.toLowerCase()
      if (lower === 'authorization' || lower === 'proxy-authorization')
        return this.#counted('header', value, redactAuthorization(value, this.#headers))
      if (lower === 'cookie') return this.#counted('cookie', value, redactCookies(value, this.#headers))
      if (lower === 'set-cookie') return this.#counted('cookie', value, redactSetCookie(value, this.#headers))
    }
    return this.#judged(value, verdict) ?? this.text(value)
  }

  tells(name: string, place: FieldPlace = 'field'): boolean {
    return this.#placed(name, place)?.kind === 'secret'
  }

  text(text: string): string {
    if (text.length < 3 || (this.#knowsPlain && isTime(text)) || this.#clean.has(text)) return text
    const isDocument = document.test(text)
    const within = this.#depth < deepestText && (isDocument || quotedFirst.test(text)) ? this.#json(text) : this.#embedded(text)
    const redacted = isDocument && this.#depth < deepestText ? within : this.#detect(within, this.#detectorsFor(within))
    if (redacted === text && this.#depth < deepestText) this.#clean.add(text)
    return redacted
  }

  body(bytes: Uint8Array, mediaType: string | undefined): Uint8Array {
    if (bytes.length < 3) return bytes
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const type = mediaType?.toLowerCase() ?? ''
    if (type.startsWith('multipart/')) {
      const boundary = boundaryOf(mediaType as string)
      if (boundary !== undefined) return this.#multipart(bytes, buffer, boundary)
    }
    const decoded = decodedText(bytes, mediaType)
    if (decoded === undefined) return this.#noText(bytes, buffer, mediaType)
    const { text } = decoded
    const redacted = type.includes('x-www-form-urlencoded')
      ? rewriteForm(text, { field: (name, value) => this.named(name, value, 'field') })
      : tables.test(type)
        ? this.text(rewriteTable(text, type, this.#cells))
        : type.includes('json') && this.#depth < deepestText
          ? this.#json(text)
          : this.text(text)
    return this.#encode(bytes, text, redacted, decoded.encode)
  }

  #noText(bytes: Uint8Array, buffer: Buffer, mediaType: string | undefined): Uint8Array {
    const compressed = this.#compressed < deepestCompressed ? compressedBody(bytes) : undefined
    if (compressed !== undefined) {
      this.#compressed++
      try {
        const redacted = this.body(compressed.plain, mediaType)
        return redacted === compressed.plain ? bytes : compressed.pack(redacted)
      } finally {
        this.#compressed--
      }
    }
    // It may still carry a token: each byte is a character, and only ASCII ones are ever replaced.
    const text = buffer.toString('latin1')
    return this.#encode(bytes, text, this.#detect(text, this.#shapes), (changed) => Buffer.from(changed, 'latin1'))
  }

  /** The same instance when nothing was replaced. */
  #encode(bytes: Uint8Array, before: string, after: string, encode: (text: string) => Uint8Array): Uint8Array {
    if (before === after) return bytes
    const encoded = encode(after)
    if (this.#keepsLength && !this.#hasResized && encoded.length !== bytes.length)
      throw new RangeError('a redacted body has another length than before')
    return new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.length)
  }

  #multipart(bytes: Uint8Array, buffer: Buffer, boundary: string): Uint8Array {
    const pieces: Uint8Array[] = []
    let at = 0
    for (const part of partsOf(buffer, boundary)) {
      const head = bytes.subarray(part.head, part.start)
      const cleanHead = this.#partHead(head)
      if (cleanHead !== head) {
        pieces.push(bytes.subarray(at, part.head), cleanHead)
        at = part.start
      }
      const content = bytes.subarray(part.start, part.end)
      const redacted = this.#part(content, part)
      if (redacted === content) continue
      pieces.push(bytes.subarray(at, part.start), redacted)
      at = part.end
    }
    return pieces.length === 0 ? bytes : new Uint8Array(Buffer.concat([...pieces, bytes.subarray(at)]))
  }

  /** A name of a file is the sender's, and may be anything. */
  #partHead(head: Uint8Array): Uint8Array {
    const text = Buffer.from(head).toString('latin1')
    const after = text.replaceAll(/(filename\*?=)("[^"\r\n]*"|[^;\s]+)/gi, (_, name: string, value: string) => name + this.text(value))
    return after === text ? head : Buffer.from(after, 'latin1')
  }

  #part(
    content: Uint8Array,
    { name, mediaType }: { readonly name: string | undefined; readonly mediaType: string | undefined },
  ): Uint8Array {
    const verdict = name === undefined ? undefined : this.#placed(name, 'field')
    if (verdict !== undefined && isUtf8(content)) {
      const text = Buffer.from(content).toString('utf8')
      const redacted = this.#judged(text, verdict)
      if (redacted !== undefined) return this.#encode(content, text, redacted, (changed) => Buffer.from(changed, 'utf8'))
    }
    return this.#depth < deepestText ? this.#deeper(() => this.body(content, mediaType)) : content
  }

  /** Bytes within JSON. */
  #bytes(bytes: Uint8Array, verdict: Verdict | undefined): Uint8Array {
    const after =
      verdict?.kind === 'secret' ? this.#secretBytes(bytes, verdict) : verdict?.kind === 'allowed' ? bytes : this.body(bytes, undefined)
    if (after !== bytes) this.#hasResized = true
    return after
  }

  /** Text is replaced as the same text elsewhere; other bytes by their hexadecimal digits. */
  #secretBytes(bytes: Uint8Array, verdict: Verdict): Uint8Array {
    if (bytes.every((byte) => byte === filler)) return bytes
    if (isUtf8(bytes)) {
      const text = Buffer.from(bytes).toString('utf8')
      const redacted = this.#secret(text, verdict)
      return redacted === text ? bytes : Buffer.from(redacted, 'utf8')
    }
    const hex = Buffer.from(bytes).toString('hex')
    const redacted = this.#secret(hex, verdict)
    if (redacted === hex) return bytes
    return /^(?:[\da-f]{2})*$/.test(redacted) ? Buffer.from(redacted, 'hex') : Buffer.alloc(bytes.length, filler)
  }

  #json(text: string): string {
    // A text without any hint, which most are, is left at once. Escapes may hide what hints look for, and escapes within escapes.
    const decoded = decodeJsonString(text)
    const detectors = this.#detectorsFor(decoded)
    const isQuiet = detectors.length === 0 && !decoded.includes('\\') && !decoded.includes('"Buffer"')
    if (isQuiet && this.#paths === undefined) return text
    const isKey = text.includes('kty')
    return this.#deeper(() =>
      rewriteJson(text, {
        paths: this.#depth === 1 ? this.#paths : undefined,
        verdict: (name) => this.#names.verdict(name, 'field') ?? (isKey && privateMembers.has(name) ? random : undefined),
        string: (value, verdict) => this.#judged(value, verdict) ?? this.#leaf(value, detectors),
        bytes: (value, verdict) => this.#bytes(value, verdict),
        number: (value, verdict, name) => {
          if (verdict?.kind === 'secret') return isCount(name) ? value : this.#secretNumber(value, verdict)
          return verdict?.kind === 'allowed' || value.length < shortestCard ? value : this.#detect(value, this.#shapes)
        },
      }),
    )
  }

  /** JSON behind other text on its line: events (`data: {…}`), structured logs. */
  #embedded(text: string): string {
    if (this.#depth >= deepestText || !text.includes('{"') || !this.#nameHint.test(text)) return text
    return text
      .split('\n')
      .map((line) => {
        const from = line.indexOf('{"')
        return from < 0 ? line : line.slice(0, from) + this.#json(line.slice(from))
      })
      .join('\n')
  }

  #leaf(value: string, detectors: readonly Detector[]): string {
    if (value.length < shortestText || (this.#knowsPlain && value.length < 40 && plain.test(value))) return value
    const first = value.trimStart()[0]
    if (first === '{' || first === '[' || value.includes('{"')) return this.text(value)
    return detectors.length === 0 ? value : this.#detect(value, detectors)
  }

  /** Those whose hint a text has. */
  #detectorsFor(text: string): readonly Detector[] {
    const shapes = this.#shapes.filter(({ hint, mayBeIn }) => hint.test(text) && (mayBeIn === undefined || mayBeIn(text)))
    return this.#nameHint.test(text) ? [...shapes, ...nameDetectors] : shapes
  }

  #deeper<T>(run: () => T): T {
    this.#depth++
    try {
      return run()
    } finally {
      this.#depth--
    }
  }

  /** What the user's paths say about a field, a header and so on; else what its name says. */
  #placed(name: string, place: FieldPlace): Verdict | undefined {
    const found = place === 'field' && this.#paths !== undefined ? verdictAt(stepInto(this.#paths, name)) : undefined
    return found ?? this.#names.verdict(name, place)
  }

  /** @returns `undefined` where the verdict leaves the value to the detectors. */
  #judged(value: string, verdict: Verdict | undefined): string | undefined {
    switch (verdict?.kind) {
      case 'allowed':
        return value
      case 'secret':
        return this.#secret(value, verdict)
      case 'random':
        return looksRandom(value) ? this.#secret(value, verdict) : undefined
      default:
        return undefined
    }
  }

  #secret(value: string, verdict: Verdict): string {
    if (isTrivial(value) || this.#replacing.isAllowed(value)) return value
    return this.#counted('name', value, verdict.with ?? this.#whole(value))
  }

  /** What takes a number's place in JSON must be JSON too. */
  #secretNumber(value: string, verdict: Verdict): string {
    const redacted = this.#secret(value, verdict)
    return verdict.with === undefined || /^-?\d+(?:\.\d+)?$/.test(redacted) ? redacted : JSON.stringify(redacted)
  }

  /** A value that is secret as a whole. */
  #whole(value: string): string {
    const spans = this.#spans(value, this.#shapes)
    return isOfOneShape(value, spans) ? replaceSpans(value, spans, this.#quietly) : this.#placeholder(value)
  }

  #detect(text: string, detectors: readonly Detector[]): string {
    const spans = this.#spans(text, detectors)
    return spans.length === 0 ? text : replaceSpans(text, spans, this.#replacing)
  }

  #spans(text: string, detectors: readonly Detector[]): Span[] {
    const spans: Span[] = []
    let isNamed: boolean | undefined
    for (const detector of detectors) {
      if (!detector.hint.test(text)) continue
      // What names tell is looked for only where there may be such a name: asked once, and after the cheaper hints.
      if (nameDetectors.includes(detector) && !(isNamed ??= this.#nameHint.test(text))) continue
      for (const span of detector.find(text, this.#context)) spans.push(span)
    }
    return spans
  }

  #placeholder(secret: string): string {
    // Asked each time: who knows the parts wants to know where they stand.
    const parts = this.#parts?.(secret)
    if (parts !== undefined) return this.#placeholderOfParts(parts)
    const known = this.#placeholders.get(secret)
    if (known !== undefined) return known
    const placeholder = this.#placeholderFor(secret)
    if (secret.length <= 1024) {
      if (this.#placeholders.size >= rememberedPlaceholders) this.#placeholders.clear()
      this.#placeholders.set(secret, placeholder)
    }
    return placeholder
  }

  #counted(detector: string, before: string, after: string): string {
    if (before !== after) this.#count(detector)
    return after
  }

  #count(detector: string): void {
    this.counts[detector] = (this.counts[detector] ?? 0) + 1
  }
}
