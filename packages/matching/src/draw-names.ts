import type { DrawValue, FieldValue } from '@retake/core'
import type { CarriedDraw } from './draw-shift.ts'
import { byStream, type Draw, identity, prefixLength, textForms } from './drawn-values.ts'
import { type Fields, isList } from './match-key.ts'

/** What stands in a call for a draw of this name. */
type Naming = (name: string) => string

const asItIs: Naming = (name) => name

/** Below this depth values are left as they are: a deeper difference is then a miss, never a wrong answer. */
const deepest = 200

/**
 * Names the draws of a take, and puts the names in place of the drawn values: `{{uuid#3}}` is the fourth uuid. So a call
 * that carries an id is compared by which draw the id is.
 */
export class DrawNames {
  readonly #names: Map<string, string> = new Map()
  /** Beginning of a form → the lengths of the forms that begin so. */
  readonly #lengths: Map<string, Set<number>> = new Map()

  /** @param names Name of each drawn value, stream by stream. */
  private constructor(named: Iterable<readonly [stream: string, value: DrawValue, name: string]>) {
    for (const [stream, value, name] of named) {
      for (const form of textForms(stream, value)) this.#add(form, name)
    }
  }

  /** Names of the draws of the recorded side: each is its ordinal in its stream. */
  static recorded(draws: readonly Draw[]): DrawNames {
    const named: [string, DrawValue, string][] = []
    for (const [stream, values] of byStream(draws)) {
      for (const [ordinal, value] of values.entries()) named.push([stream, value, `${stream}#${ordinal}`])
    }
    return new DrawNames(named)
  }

  /**
   * Names of the draws of the live side. A value that was also drawn at recording is that draw, wherever it now stands.
   * A new one takes the place of the recorded draw that follows the draw before it, if nothing live has that value;
   * otherwise it has no counterpart, and no recorded call can be equal to one that carries it.
   */
  static live(draws: readonly Draw[], recorded: readonly Draw[]): DrawNames {
    const recordedStreams = byStream(recorded)
    const named: [string, DrawValue, string][] = []
    for (const [stream, values] of byStream(draws)) {
      const before = recordedStreams.get(stream) ?? []
      const ordinals = new Map(before.map((value, ordinal) => [identity(value), ordinal] as const).reverse())
      const present = new Set(values.map(identity))
      let next = 0
      for (const [ordinal, value] of values.entries()) {
        const known = ordinals.get(identity(value))
        const counterpart = before[next]
        const replaces = counterpart !== undefined && !present.has(identity(counterpart))
        if (known !== undefined) next = known + 1
        named.push([stream, value, known !== undefined ? `${stream}#${known}` : replaces ? `${stream}#${next++}` : `${stream}+${ordinal}`])
      }
    }
    return new DrawNames(named)
  }

  /** The fields with names in place of drawn values. */
  inFields(fields: Fields): Fields {
    return this.#names.size === 0 ? fields : (this.#inValue(fields, 0, asItIs) as Fields)
  }

  /**
   * The fields with, in place of each drawn value, its stream and the how-manieth of them it is in the call; and which draws
   * these are. Two calls with the same form differ in nothing but which draws they carry.
   */
  form(fields: Fields): { readonly fields: Fields; readonly carried: readonly CarriedDraw[] } {
    const carried: CarriedDraw[] = []
    const places = new Map<string, string>()
    if (this.#names.size === 0) return { fields, carried }
    const form = this.#inValue(fields, 0, (name) => {
      let place = places.get(name)
      if (place === undefined) {
        const mark = name.lastIndexOf('#')
        carried.push({ stream: name.slice(0, mark), ordinal: Number(name.slice(mark + 1)) })
        places.set(name, (place = `${name.slice(0, mark)}@${places.size}`))
      }
      return place
    })
    return { fields: form as Fields, carried }
  }

  /** The name of a whole value that was drawn. */
  nameOf(value: FieldValue): string | undefined {
    if (typeof value === 'string' || typeof value === 'number') return this.#names.get(String(value))
    return value instanceof Uint8Array ? this.#names.get(Buffer.from(value).toString('hex')) : undefined
  }

  #add(form: string, name: string): void {
    // The first draw of a form gives the name: later ones are equal in this form (a clock in seconds).
    if (this.#names.has(form)) return
    this.#names.set(form, name)
    if (form.length < prefixLength) return
    const prefix = form.slice(0, prefixLength)
    const lengths = this.#lengths.get(prefix)
    if (lengths === undefined) this.#lengths.set(prefix, new Set([form.length]))
    else lengths.add(form.length)
  }

  #inValue(value: FieldValue, depth: number, as: Naming): FieldValue {
    if (typeof value === 'string') return this.#inText(value, as)
    if (typeof value === 'number') return this.#marked(String(value), as) ?? value
    if (typeof value !== 'object' || value === null || depth === deepest) return value
    if (value instanceof Uint8Array) return this.#inBytes(value, as)
    if (isList(value)) return value.map((item) => this.#inValue(item, depth + 1, as))
    // No prototype: a member called __proto__ is a member like any other.
    const named: { [name: string]: FieldValue } = Object.create(null) as { [name: string]: FieldValue }
    // In the order of names, so that the first of several draws is the first on both sides.
    for (const name of Object.keys(value).sort()) {
      const member = value[name]
      if (member !== undefined) named[this.#inText(name, as)] = this.#inValue(member, depth + 1, as)
    }
    return named
  }

  #inBytes(bytes: Uint8Array, as: Naming): FieldValue {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const whole = this.#marked(buffer.toString('hex'), as)
    if (whole !== undefined) return whole
    // Bytes are one-to-one with Latin-1 text, and every form that we look for is ASCII.
    const text = buffer.toString('latin1')
    const named = this.#inText(text, as)
    return named === text ? bytes : named
  }

  #marked(form: string, as: Naming): string | undefined {
    const name = this.#names.get(form)
    // NUL cannot be forged by a call's own text: there it is doubled.
    return name === undefined ? undefined : `\0{{${as(name)}}}\0`
  }

  #inText(text: string, as: Naming): string {
    const whole = this.#marked(text, as)
    if (whole !== undefined) return whole
    let named = ''
    let from = 0
    for (let at = 0; at + prefixLength <= text.length; at++) {
      const lengths = this.#lengths.get(text.slice(at, at + prefixLength))
      if (lengths === undefined) continue
      for (const length of [...lengths].sort((a, b) => b - a)) {
        const found = this.#marked(text.slice(at, at + length), as)
        if (found === undefined) continue
        named += text.slice(from, at).replaceAll('\0', '\0\0') + found
        from = at + length
        at = from - 1
        break
      }
    }
    return named + text.slice(from).replaceAll('\0', '\0\0')
  }
}
