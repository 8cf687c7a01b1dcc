import { isAscii } from 'node:buffer'
import type { ForgottenValues } from './forgotten-values.ts'
import type { DrawnValue, Needles } from './needles.ts'
import { Scan } from './scan.ts'
import { type Found, nibbleOf, sextetOf } from './spellings.ts'

/** A run of base64 from this length on is looked into: a cookie or a token may hold a document with what was drawn. */
const worthDecoding = 16
/** Documents in documents in documents. */
const deepest = 3
/** A text below this length holds nothing that is looked for. */
const shortest = 6

/** Replaces values wherever they stand in a text or in bytes, in whatever spelling, by others of the same length. */
export class Substitution {
  readonly #generations: () => readonly Needles[]
  readonly #forgotten: ForgottenValues | undefined
  /** Told of each value that is found. */
  onFound: ((drawn: DrawnValue) => void) | undefined

  /**
   * @param generations What is looked for, newest first.
   * @param forgotten What was looked for once.
   */
  constructor(generations: () => readonly Needles[], forgotten?: ForgottenValues) {
    this.#generations = generations
    this.#forgotten = forgotten
  }

  /** The same string when nothing was found. */
  text(text: string): string {
    if (text.length < shortest || this.isIdle) return text
    // One byte for each character: positions are the same in both, and what is looked for is ASCII.
    const bytes = Buffer.from(text, 'latin1')
    const replaced = this.#scan(bytes, false, 0)
    if (replaced === undefined) return text
    let result = ''
    for (let at = 0, from = 0; ; at++) {
      if (at < bytes.length && bytes[at] === replaced.bytes[at]) continue
      result += text.slice(from, at)
      if (at >= bytes.length) return result
      result += String.fromCharCode(replaced.bytes[at] as number)
      from = at + 1
    }
  }

  /** The same bytes when nothing was found. */
  bytes(bytes: Uint8Array): Uint8Array {
    if (bytes.length < 4 || this.isIdle) return bytes
    return this.#scan(bytes, true, 0)?.bytes ?? bytes
  }

  /** Numbers are found by their decimals. */
  number(value: number): number {
    if ((Number.isInteger(value) && Math.abs(value) < 1e7) || !Number.isFinite(value)) return value
    const text = String(value)
    const replaced = this.text(text)
    return replaced === text ? value : Number(replaced)
  }

  /** Where in a text something was found: `[from, to, …]`. */
  places(text: string): readonly number[] {
    if (text.length < shortest || this.isIdle) return []
    return this.#scan(Buffer.from(text, 'latin1'), false, 0)?.places ?? []
  }

  /** Nothing is looked for so far. */
  get isIdle(): boolean {
    for (const { bytes, texts } of this.#generations()) if (bytes.length > 0 || texts.length > 0) return false
    return true
  }

  #scan(bytes: Uint8Array, mayBeRaw: boolean, depth: number): Replaced | undefined {
    const replaced = new Replaced(bytes)
    for (const needles of this.#generations()) {
      const looksRaw = mayBeRaw && (needles.hasAscii || !isAscii(bytes))
      const scan = new Scan(bytes, needles, (value, found) => {
        this.onFound?.(value.drawn)
        replaced.take(found, value.replacement())
      })
      scan.onText = (needle, from, to) => {
        this.onFound?.(needle.drawn)
        replaced.takeText(needle.replacement(), from, to)
      }
      scan.run(looksRaw)
    }
    for (const { from, to, text, drawn } of this.#forgotten?.find(bytes, replaced.places) ?? []) {
      this.onFound?.(drawn)
      replaced.takeText(text, from, to)
    }
    if (depth < deepest) this.#lookInside(replaced, depth)
    return replaced.places.length === 0 ? undefined : replaced
  }

  /** Base64 of something that holds what is looked for; it need not begin where the run of characters does. */
  #lookInside(replaced: Replaced, depth: number): void {
    const { original } = replaced
    for (let from = 0; from < original.length; from++) {
      if (sextetOf[original[from] as number] === 255) continue
      let to = from
      while (to < original.length && sextetOf[original[to] as number] !== 255) to++
      if (to - from >= worthDecoding && !isHex(original, from, to)) {
        const text = Buffer.from(replaced.bytes.subarray(from, to)).toString('latin1')
        for (let offset = 0; offset < 4; offset++) this.#lookIntoRun(text.slice(offset), from + offset, replaced, depth)
      }
      from = to
    }
  }

  #lookIntoRun(text: string, from: number, replaced: Replaced, depth: number): void {
    const decoded = Buffer.from(text, 'base64')
    const inner = this.#scan(decoded, true, depth + 1)
    if (inner === undefined) return
    const encoded = Buffer.from(inner.bytes).toString(/[-_]/.test(text) ? 'base64url' : 'base64')
    replaced.write(from, encoded.slice(0, Math.ceil((decoded.length * 8) / 6)), (decoded.length * 8) % 6, inner.places)
  }
}

/** Bytes in which something was replaced. */
class Replaced {
  readonly original: Uint8Array
  readonly places: number[] = []
  #copy: Uint8Array | undefined

  constructor(original: Uint8Array) {
    this.original = original
  }

  get bytes(): Uint8Array {
    return this.#copy ?? this.original
  }

  take({ start, end, write }: Found & { readonly start: number }, replacement: Uint8Array): void {
    this.#copy ??= Uint8Array.from(this.original)
    write(this.#copy, replacement)
    this.places.push(start, end)
  }

  takeText(replacement: string, from: number, to: number): void {
    this.#copy ??= Uint8Array.from(this.original)
    this.#copy.set(Buffer.from(replacement.slice(0, to - from), 'latin1'), from)
    this.places.push(from, to)
  }

  /**
   * @param used Bits of the last character that were decoded; 0 for all.
   * @param inner Places in what was decoded.
   */
  write(at: number, encoded: string, used: number, inner: readonly number[]): void {
    const copy = (this.#copy ??= Uint8Array.from(this.original))
    const characters = Buffer.from(encoded, 'latin1')
    characters.forEach((character, index) => {
      const before = sextetOf[copy[at + index] as number] as number
      const kept = index === characters.length - 1 && used > 0 ? (1 << (6 - used)) - 1 : 0
      // Characters that did not change keep their spelling, and bits that belong to what comes next their value.
      if ((before & ~kept) === ((sextetOf[character] as number) & ~kept)) return
      copy[at + index] = kept === 0 ? character : characterOf(((sextetOf[character] as number) & ~kept) | (before & kept), character)
    })
    inner.forEach((place, index) => {
      this.places.push(at + (index % 2 === 0 ? Math.floor((place * 8) / 6) : Math.ceil((place * 8) / 6)))
    })
  }
}

/** A character in the alphabet of another. */
function characterOf(sextet: number, like: number): number {
  const url = like === 0x2d || like === 0x5f
  return Buffer.from(Buffer.from([sextet << 2]).toString(url ? 'base64url' : 'base64'))[0] as number
}

/** A hash, a UUID: no base64 of anything. */
function isHex(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (nibbleOf[bytes[at] as number] === 255 && bytes[at] !== 0x2d) return false
  return true
}
