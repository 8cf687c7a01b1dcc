import { JsonNumber, type JsonValue } from './json-value.ts'

type Container = JsonValue[] | Map<string, JsonValue>

const numberAt = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const spaceAt = /[ \t\n\r]*/y
/** Text up to the next quote, backslash or control character (RFC 8259, 7). */
// oxlint-disable-next-line no-control-regex -- JSON forbids them in texts
const plainAt = /[^"\\\u0000-\u001f]*/y

/**
 * Reads JSON (RFC 8259) without losing anything: numbers keep their spelling. Iterative, so that depth is bounded by
 * memory only.
 * @returns `undefined` when the text is no JSON, or when an object names a member twice: what that means is left to each
 *   reader, so such a text is compared as text.
 */
export function parseJson(text: string): JsonValue | undefined {
  return new JsonReader(text).document()
}

class JsonReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): JsonValue | undefined {
    const open: Container[] = []
    const names: string[] = []
    let value: JsonValue | undefined
    this.#skipSpace()
    for (;;) {
      value = this.#valueOrOpening(open, names)
      if (value === undefined) return undefined
      if (open[open.length - 1] === value && !this.#isClosed) continue
      // The value is complete: put it where it belongs, and close what ends here.
      for (;;) {
        const holder = open[open.length - 1]
        if (holder === undefined) return this.#isAtEnd() ? value : undefined
        if (!place(holder, names[names.length - 1], value)) return undefined
        this.#skipSpace()
        const separator = this.#text[this.#at++]
        if (separator === ',') {
          this.#skipSpace()
          if (holder instanceof Map && !this.#memberName(names, true)) return undefined
          break
        }
        if (separator !== (holder instanceof Map ? '}' : ']')) return undefined
        open.pop()
        names.pop()
        value = holder
      }
    }
  }

  #isClosed = false

  /** Reads a scalar or an empty container, or opens a container and stands at its first value. */
  #valueOrOpening(open: Container[], names: string[]): JsonValue | undefined {
    this.#isClosed = true
    const first = this.#text[this.#at]
    if (first === '"') return this.#string()
    if (first === '{' || first === '[') return this.#opening(first, open, names)
    if (first === 't') return this.#word('true', true)
    if (first === 'f') return this.#word('false', false)
    if (first === 'n') return this.#word('null', null)
    numberAt.lastIndex = this.#at
    const number = numberAt.exec(this.#text)
    if (number === null) return undefined
    this.#at = numberAt.lastIndex
    return new JsonNumber(number[0])
  }

  #opening(first: '{' | '[', open: Container[], names: string[]): Container | undefined {
    this.#at++
    this.#skipSpace()
    const container: Container = first === '{' ? new Map() : []
    if (this.#text[this.#at] === (first === '{' ? '}' : ']')) {
      this.#at++
      return container
    }
    open.push(container)
    names.push('')
    if (first === '{' && !this.#memberName(names, true)) return undefined
    this.#isClosed = false
    return container
  }

  #memberName(names: string[], replace: boolean): boolean {
    const name = this.#text[this.#at] === '"' ? this.#string() : undefined
    if (name === undefined) return false
    if (replace) names[names.length - 1] = name
    this.#skipSpace()
    if (this.#text[this.#at] !== ':') return false
    this.#at++
    this.#skipSpace()
    return true
  }

  #string(): string | undefined {
    const start = this.#at
    plainAt.lastIndex = start + 1
    plainAt.test(this.#text)
    this.#at = plainAt.lastIndex
    if (this.#text[this.#at] === '"') return this.#text.slice(start + 1, this.#at++)
    while (this.#text[this.#at] === '\\') {
      plainAt.lastIndex = this.#at + 2
      plainAt.test(this.#text)
      this.#at = plainAt.lastIndex
    }
    if (this.#text[this.#at] !== '"') return undefined
    this.#at++
    try {
      // Escapes are rare; the engine decodes them right.
      return JSON.parse(this.#text.slice(start, this.#at)) as string
    } catch {
      return undefined
    }
  }

  #word<T extends JsonValue>(word: string, value: T): T | undefined {
    if (!this.#text.startsWith(word, this.#at)) return undefined
    this.#at += word.length
    return value
  }

  #skipSpace(): void {
    const code = this.#text.charCodeAt(this.#at)
    if (code > 0x20) return
    spaceAt.lastIndex = this.#at
    spaceAt.test(this.#text)
    this.#at = spaceAt.lastIndex
  }

  #isAtEnd(): boolean {
    this.#skipSpace()
    return this.#at === this.#text.length
  }
}

function place(holder: Container, name: string | undefined, value: JsonValue): boolean {
  if (holder instanceof Map) {
    if (name === undefined || holder.has(name)) return false
    holder.set(name, value)
  } else holder.push(value)
  return true
}
