import { JsonMembers, Shapes } from './json-members.ts'
import { JsonNumber, type JsonValue } from './json-value.ts'

type Container = JsonValue[] | JsonMembers | Map<string, JsonValue>

/** What a value takes in memory, in numbers; a text is bounded by what it was read from. */
const weights = { number: 1, array: 2, object: 6 } as const
/** A few megabytes of `{},{},` would fill the memory. */
const mostWeight = 6_000_000

const code = {
  comma: 0x2c,
  colon: 0x3a,
  quote: 0x22,
  minus: 0x2d,
  point: 0x2e,
  zero: 0x30,
  nine: 0x39,
  backslash: 0x5c,
  brace: 0x7b,
  braceEnd: 0x7d,
  bracket: 0x5b,
  bracketEnd: 0x5d,
} as const

/**
 * Reads JSON (RFC 8259) without losing anything: numbers keep their spelling. Iterative, so that depth is bounded by
 * memory only.
 * @returns `undefined` when the text is no JSON, when it holds more than six million numbers or one million objects, or
 *   when an object names a member twice: what that means is left to each reader, so such a text is compared as text.
 */
export function parseJson(text: string, shapes: Shapes = new Shapes()): JsonValue | undefined {
  return new JsonReader(text, shapes).document()
}

class JsonReader {
  readonly #text: string
  #at = 0
  #weight = 0
  /** The value just read is complete; a container that was opened is not. */
  #isClosed = false
  readonly #shapes: Shapes

  constructor(text: string, shapes: Shapes) {
    this.#text = text
    this.#shapes = shapes
  }

  document(): JsonValue | undefined {
    const open: Container[] = []
    const names: string[] = []
    let value: JsonValue | undefined
    this.#skipSpace()
    for (;;) {
      value = this.#valueOrOpening(open, names)
      if (value === undefined || this.#weight > mostWeight) return undefined
      if (!this.#isClosed) continue
      // The value is complete: put it where it belongs, and close what ends here.
      for (;;) {
        const holder = open[open.length - 1]
        if (holder === undefined) return this.#isAtEnd() ? value : undefined
        if (Array.isArray(holder)) holder.push(value)
        else if (!place(holder, names[names.length - 1] as string, value, open)) return undefined
        this.#skipSpace()
        const separator = this.#text.charCodeAt(this.#at++)
        if (separator === code.comma) {
          this.#skipSpace()
          if (!Array.isArray(holder) && !this.#memberName(names, open[open.length - 1] as Container)) return undefined
          break
        }
        if (separator !== (Array.isArray(holder) ? code.bracketEnd : code.braceEnd)) return undefined
        value = open.pop() as Container
        names.pop()
      }
    }
  }

  /** Reads a scalar or an empty container, or opens a container and stands at its first value. */
  #valueOrOpening(open: Container[], names: string[]): JsonValue | undefined {
    this.#isClosed = true
    const first = this.#text.charCodeAt(this.#at)
    if (first === code.quote) return this.#string()
    if (first === code.brace) return this.#opening(new JsonMembers(this.#shapes.empty), code.braceEnd, open, names)
    if (first === code.bracket) return this.#opening([], code.bracketEnd, open, names)
    if (first === 0x74) return this.#word('true', true)
    if (first === 0x66) return this.#word('false', false)
    if (first === 0x6e) return this.#word('null', null)
    return this.#number()
  }

  #opening(container: Container, end: number, open: Container[], names: string[]): Container | undefined {
    this.#weight += end === code.braceEnd ? weights.object : weights.array
    this.#at++
    this.#skipSpace()
    if (this.#text.charCodeAt(this.#at) === end) {
      this.#at++
      return container
    }
    open.push(container)
    names.push('')
    if (end === code.braceEnd && !this.#memberName(names, container)) return undefined
    this.#isClosed = false
    return container
  }

  #memberName(names: string[], holder: Container): boolean {
    if (this.#text.charCodeAt(this.#at) !== code.quote) return false
    const name = this.#expectedName(holder) ?? this.#string()
    if (name === undefined) return false
    names[names.length - 1] = name
    this.#skipSpace()
    if (this.#text.charCodeAt(this.#at) !== code.colon) return false
    this.#at++
    this.#skipSpace()
    return true
  }

  /** The name that came here the last time, if it does again: it need not be read, hashed and kept anew. */
  #expectedName(holder: Container): string | undefined {
    const likely = holder instanceof JsonMembers ? holder.shape.likely : undefined
    if (likely === undefined || !likely.isPlain || !this.#text.startsWith(likely.name, this.#at + 1)) return undefined
    const end = this.#at + 1 + likely.name.length
    if (this.#text.charCodeAt(end) !== code.quote) return undefined
    this.#at = end + 1
    return likely.name
  }

  #string(): string | undefined {
    const start = this.#at
    let at = start + 1
    let hasEscapes = false
    for (; ; at++) {
      const character = this.#text.charCodeAt(at)
      if (character === code.quote) break
      // A control character, which JSON forbids in texts, or the end, where there is no character.
      if (!(character >= 0x20)) return undefined
      if (character !== code.backslash) continue
      hasEscapes = true
      at++
    }
    this.#at = at + 1
    if (!hasEscapes) return this.#text.slice(start + 1, at)
    try {
      // Escapes are rare; the engine decodes them right.
      return JSON.parse(this.#text.slice(start, this.#at)) as string
    } catch {
      return undefined
    }
  }

  #number(): JsonNumber | undefined {
    const start = this.#at
    if (this.#text.charCodeAt(this.#at) === code.minus) this.#at++
    const isZero = this.#text.charCodeAt(this.#at) === code.zero
    const whole = this.#digits()
    if (whole === 0 || (isZero && whole > 1)) return undefined
    if (this.#text.charCodeAt(this.#at) === code.point) {
      this.#at++
      if (this.#digits() === 0) return undefined
    }
    // e or E, plus or minus
    if (this.#isOneOf(0x65, 0x45)) {
      this.#at++
      if (this.#isOneOf(0x2b, code.minus)) this.#at++
      if (this.#digits() === 0) return undefined
    }
    this.#weight += weights.number
    return new JsonNumber(this.#text.slice(start, this.#at))
  }

  #isOneOf(character: number, other: number): boolean {
    const found = this.#text.charCodeAt(this.#at)
    return found === character || found === other
  }

  /** @returns How many there were. */
  #digits(): number {
    const start = this.#at
    for (;;) {
      const character = this.#text.charCodeAt(this.#at)
      if (!(character >= code.zero && character <= code.nine)) return this.#at - start
      this.#at++
    }
  }

  #word<T extends JsonValue>(word: string, value: T): T | undefined {
    if (!this.#text.startsWith(word, this.#at)) return undefined
    this.#at += word.length
    return value
  }

  #skipSpace(): void {
    for (;;) {
      const character = this.#text.charCodeAt(this.#at)
      if (character !== 0x20 && character !== 0x0a && character !== 0x0d && character !== 0x09) return
      this.#at++
    }
  }

  #isAtEnd(): boolean {
    this.#skipSpace()
    return this.#at === this.#text.length
  }
}

/** @returns Whether the name is none that is there. */
function place(holder: JsonMembers | Map<string, JsonValue>, name: string, value: JsonValue, open: Container[]): boolean {
  let map = holder
  if (map instanceof JsonMembers) {
    const how = map.add(name, value)
    if (how !== 'full') return how === 'added'
    map = new Map(map)
    open[open.length - 1] = map
  }
  const size = map.size
  map.set(name, value)
  return map.size > size
}
