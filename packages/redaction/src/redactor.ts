import type { FieldRedactor } from '@retake/core'
import { isUtf8 } from 'node:buffer'
import { nameDetectors, shapeDetectors } from './detectors/detector-table.ts'
import { rewriteForm } from './formats/form.ts'
import type { HeaderRedaction } from './formats/header.ts'
import { redactAuthorization, redactCookies, redactSetCookie } from './formats/header.ts'
import { rewriteJson } from './formats/json.ts'
import { boundaryOf, partsOf } from './formats/multipart.ts'
import { placeholderFor } from './placeholder/placeholder.ts'
import type { DetectionContext, Detector, Span } from './span.ts'
import { CleanTexts } from './clean-texts.ts'
import { replaceSpans } from './span.ts'
import { isTellingName, isTrivial, tellingStems, wordsOf } from './telling-name.ts'

/** What a user adds to the default rules, or takes from them. */
export interface RedactionRules {
  /** Further field, header and column names that hold secrets; compared word by word, whatever their spelling. */
  readonly names?: readonly string[]
  /** Names that hold none, although they look like it. Tokens of known shapes in them are still replaced. */
  readonly allowNames?: readonly string[]
  /** Further shapes. Each match is replaced, or its first group where it has one. Must take linear time. */
  readonly patterns?: readonly { readonly name: string; readonly pattern: RegExp }[]
  /** Detectors of the default rules that are left out: `card`, `jwt`, `key-shape`, `private-key`, `bearer`, `connection-string`. */
  readonly without?: readonly string[]
}

/** A redactor, and how many values of each class it replaced so far. */
export interface Redactor extends FieldRedactor {
  readonly counts: { readonly [detector: string]: number }
}

/** JSON in a string in a JSON in a string …: beyond this depth it is plain text. */
const deepestText = 4
/** Digits of the shortest card number. */
const shortestCard = 13
/** A shorter text holds no secret that its looks or a name in it would tell. */
const shortestText = 5
/** Fixed beginnings of keys are no longer than this. */
const longestBeginning = 32
const rememberedPlaceholders = 10_000
const rememberedNames = 10_000

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
}

/** Makes a redactor with the default rules. One of `key` and `substitute` is needed. */
export function createRedactor(options: RedactorOptions): Redactor {
  return new RuleRedactor(options)
}

class RuleRedactor implements Redactor {
  readonly counts: { [detector: string]: number } = Object.create(null) as { [detector: string]: number }
  readonly #placeholderFor: (secret: string) => string
  /** A keyed placeholder has the length of its secret, a substitute may have any. */
  readonly #keepsLength: boolean
  readonly #names: ReadonlySet<string>
  readonly #allowed: ReadonlySet<string>
  readonly #shapes: readonly Detector[]
  /** What any text with a telling name in it has. */
  readonly #nameHint: RegExp
  readonly #placeholders = new Map<string, string>()
  readonly #telling = new Map<string, boolean>()
  readonly #context: DetectionContext
  readonly #headers: HeaderRedaction
  readonly #clean = new CleanTexts()
  #depth = 0

  constructor({ key, rules = {}, substitute, onReplaced }: RedactorOptions) {
    if (substitute === undefined && (key === undefined || key.length < 16))
      throw new RangeError('the key of a redactor has 16 bytes at least')
    this.#keepsLength = substitute === undefined
    this.#placeholderFor =
      substitute ??
      ((secret) => {
        const placeholder = placeholderFor(secret, key as Uint8Array)
        if (placeholder !== secret) onReplaced?.(placeholder, secret)
        return placeholder
      })
    this.#names = new Set((rules.names ?? []).map(nameKey))
    this.#allowed = new Set((rules.allowNames ?? []).map(nameKey))
    const without = new Set(rules.without)
    this.#shapes = [...shapeDetectors.filter(({ name }) => !without.has(name)), ...(rules.patterns ?? []).map(patternDetector)]
    const stems = [...tellingStems, ...(rules.names ?? []).flatMap((name) => wordsOf(name).slice(0, 1))]
    this.#nameHint = new RegExp(stems.join('|'), 'i')
    const placeholder = (secret: string): string => this.#placeholder(secret)
    const secret = (value: string): string => this.#whole(value)
    this.#context = { isTelling: (name) => this.#isTelling(name), placeholder, secret, nested: (text) => this.text(text) }
    this.#headers = { secret }
  }

  named(name: string, value: string): string {
    if (value === '') return value
    const lower = name.toLowerCase()
    if (this.#allowed.size > 0 && this.#allowed.has(nameKey(name))) return this.#detect(value, this.#shapes)
    if (lower === 'authorization' || lower === 'proxy-authorization')
      return this.#counted('header', value, redactAuthorization(value, this.#headers))
    if (lower === 'cookie') return this.#counted('cookie', value, redactCookies(value, this.#headers))
    if (lower === 'set-cookie') return this.#counted('cookie', value, redactSetCookie(value, this.#headers))
    return this.#isTelling(name) ? this.#secret(value) : this.text(value)
  }

  text(text: string): string {
    if (text.length < 3 || this.#clean.has(text)) return text
    const first = text.trimStart()[0]
    const redacted =
      (first === '{' || first === '[') && this.#depth < deepestText ? this.#json(text) : this.#detect(text, this.#detectorsFor(text))
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
    if (!isUtf8(bytes)) {
      // Bytes that are no text may still carry a token: each byte is a character, and only ASCII ones are ever replaced.
      const text = buffer.toString('latin1')
      return this.#encode(bytes, text, this.#detect(text, this.#shapes), 'latin1')
    }
    const text = buffer.toString('utf8')
    const redacted = type.includes('x-www-form-urlencoded')
      ? rewriteForm(text, { field: (name, value) => this.#field(name, value) })
      : type.includes('json') && this.#depth < deepestText
        ? this.#json(text)
        : this.text(text)
    return this.#encode(bytes, text, redacted, 'utf8')
  }

  /** The same instance when nothing was replaced. */
  #encode(bytes: Uint8Array, before: string, after: string, encoding: 'utf8' | 'latin1'): Uint8Array {
    if (before === after) return bytes
    const encoded = Buffer.from(after, encoding)
    // A placeholder has the length of its secret; a rule of the user's that breaks this must not break the framing.
    if (this.#keepsLength && encoded.length !== bytes.length) throw new RangeError('a redacted body has another length than before')
    return new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.length)
  }

  #multipart(bytes: Uint8Array, buffer: Buffer, boundary: string): Uint8Array {
    const pieces: Uint8Array[] = []
    let at = 0
    for (const part of partsOf(buffer, boundary)) {
      const content = bytes.subarray(part.start, part.end)
      const telling = part.name !== undefined && this.#isTelling(part.name) && isUtf8(content)
      const text = telling ? Buffer.from(content).toString('utf8') : ''
      const redacted = telling
        ? this.#encode(content, text, this.#secret(text), 'utf8')
        : this.#depth < deepestText
          ? this.#deeper(() => this.body(content, part.mediaType))
          : content
      if (redacted === content) continue
      pieces.push(bytes.subarray(at, part.start), redacted)
      at = part.end
    }
    return pieces.length === 0 ? bytes : new Uint8Array(Buffer.concat([...pieces, bytes.subarray(at)]))
  }

  #json(text: string): string {
    // Escapes may hide what hints look for; otherwise a text without any hint, which most are, is left at once.
    const escaped = text.includes('\\')
    const detectors = escaped ? [...this.#shapes, ...nameDetectors] : this.#detectorsFor(text)
    if (detectors.length === 0) return text
    return this.#deeper(() =>
      rewriteJson(text, {
        isTelling: (name) => this.#isTelling(name),
        string: (value, telling) => (telling ? this.#secret(value) : this.#leaf(value, detectors)),
        number: (value, telling) => {
          if (telling) return this.#secret(value)
          return value.length < shortestCard ? value : this.#detect(value, this.#shapes)
        },
      }),
    )
  }

  #leaf(value: string, detectors: readonly Detector[]): string {
    if (value.length < shortestText) return value
    const first = value.trimStart()[0]
    return first === '{' || first === '[' ? this.text(value) : this.#detect(value, detectors)
  }

  /** Those whose hint a text has. */
  #detectorsFor(text: string): readonly Detector[] {
    const shapes = this.#shapes.filter(({ hint }) => hint.test(text))
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

  #field(name: string, value: string): string {
    return this.#isTelling(name) ? this.#secret(value) : this.text(value)
  }

  /** A value under a telling name. */
  #secret(value: string): string {
    return isTrivial(value) ? value : this.#counted('name', value, this.#whole(value))
  }

  /** A value that is secret as a whole. */
  #whole(value: string): string {
    const spans = this.#spans(value, this.#shapes)
    return isOfOneShape(value, spans) ? replaceSpans(value, spans, this.#context.placeholder, () => undefined) : this.#placeholder(value)
  }

  #detect(text: string, detectors: readonly Detector[]): string {
    const spans = this.#spans(text, detectors)
    return spans.length === 0 ? text : replaceSpans(text, spans, this.#context.placeholder, (detector) => this.#count(detector))
  }

  #spans(text: string, detectors: readonly Detector[]): Span[] {
    const spans: Span[] = []
    for (const detector of detectors) {
      if (detector.hint.test(text)) for (const span of detector.find(text, this.#context)) spans.push(span)
    }
    return spans
  }

  #placeholder(secret: string): string {
    const known = this.#placeholders.get(secret)
    if (known !== undefined) return known
    const placeholder = this.#placeholderFor(secret)
    if (secret.length <= 1024) {
      if (this.#placeholders.size >= rememberedPlaceholders) this.#placeholders.clear()
      this.#placeholders.set(secret, placeholder)
    }
    return placeholder
  }

  #isTelling(name: string): boolean {
    let telling = this.#telling.get(name)
    if (telling === undefined) {
      const key = nameKey(name)
      telling = this.#names.has(key) || (!this.#allowed.has(key) && isTellingName(name))
      if (this.#telling.size >= rememberedNames) this.#telling.clear()
      if (name.length <= 256) this.#telling.set(name, telling)
    }
    return telling
  }

  #counted(detector: string, before: string, after: string): string {
    if (before !== after) this.#count(detector)
    return after
  }

  #count(detector: string): void {
    this.counts[detector] = (this.counts[detector] ?? 0) + 1
  }
}

/** Whether the spans are all that is secret in a value: the rest is the beginning or the frame that its shape has. */
function isOfOneShape(value: string, spans: readonly Span[]): boolean {
  const [first] = spans
  if (first === undefined) return false
  if (first.detector === 'private-key') return value.startsWith('-----BEGIN')
  if (first.detector === 'connection-string') return /^[a-z][\w+.-]*:\/\//i.test(value)
  return first.end === value.length && value.slice(0, first.start).length <= longestBeginning && !value.slice(0, first.start).includes(' ')
}

/** The same for all spellings of a name. */
function nameKey(name: string): string {
  return wordsOf(name).join('')
}

function patternDetector({ name, pattern }: { readonly name: string; readonly pattern: RegExp }): Detector {
  const everywhere = new RegExp(pattern.source, [...new Set(`${pattern.flags.replace('y', '')}dg`)].join(''))
  return {
    name,
    hint: new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, '')),
    *find(text) {
      for (const match of text.matchAll(everywhere)) {
        const [start, end] = match.indices?.[1] ?? match.indices?.[0] ?? [0, 0]
        yield { start, end, detector: name }
      }
    },
  }
}
