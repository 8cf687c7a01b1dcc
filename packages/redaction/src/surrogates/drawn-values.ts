import type { DrawKind, DrawValue } from '@retake/core'
import { ForgottenValues } from './forgotten-values.ts'
import { type DrawnValue, Needles, shortestBytes, windowLength } from './needles.ts'
import { Substitution } from './substitution.ts'
import { decimalsOf, Surrogates } from './surrogates.ts'

/** Ids that are shorter are words by chance. */
const shortestId = 8
/** Bytes of a UUID that tell the time (version 7), which many have in common. */
const uuid7Skip = 12
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-([1-8])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/** From here on an integer is long enough to be found in a text, and to hide in one. */
const largeInteger: number = 2 ** 32

/** Whether a value is large enough to be a secret of its own; smaller ones stand everywhere by chance. */
export function isLarge(kind: DrawKind, value: DrawValue): boolean {
  if (value instanceof Uint8Array) return value.length >= shortestBytes
  if (typeof value === 'string') return value.length >= shortestId
  return kind === 'random' || (typeof value === 'number' && Math.abs(value) >= largeInteger)
}

/** @returns What stands for a value of a kind: of the same type, length and format. */
function surrogateFor(kind: DrawKind, value: DrawValue, surrogates: Surrogates): DrawValue {
  if (value instanceof Uint8Array) {
    if (value.length < shortestBytes) return surrogates.smallBytes(value)
    return kind === 'result' ? surrogateResult(value, surrogates) : surrogates.bytes(value)
  }
  if (typeof value === 'string') return surrogates.text(value)
  if (typeof value === 'bigint') return value
  if (kind === 'random') return surrogates.fraction(value)
  return Math.abs(value) >= largeInteger ? surrogates.integer(value) : smallInteger(value, surrogates)
}

/** As many digits. */
function smallInteger(value: number, surrogates: Surrogates): number {
  const digits = String(Math.abs(value))
  const stream = surrogates.stream('small', Buffer.from(digits), digits.length)
  return Number(Array.from(digits, (_, at) => (stream[at] as number) % 10).join(''))
}

/** Two integers in ASN.1, as ECDSA and DSA sign (RFC 3279, section 2.2.3): what reads it must be able to. */
function surrogateResult(value: Uint8Array, surrogates: Surrogates): Uint8Array {
  const parts = signatureParts(value)
  if (parts === undefined) return surrogates.bytes(value)
  const made = Uint8Array.from(value)
  const stream = surrogates.stream('signature', value, value.length)
  // The first byte of each tells its sign, and a zero before it belongs to its length.
  for (const { from, to } of parts) for (let at = from + 2; at < to; at++) made[at] = stream[at] as number
  return made
}

interface Part {
  readonly from: number
  readonly to: number
}

function signatureParts(value: Uint8Array): readonly [Part, Part] | undefined {
  if (value[0] !== 0x30 || value[1] !== value.length - 2 || value[2] !== 2) return undefined
  const end = 4 + (value[3] as number)
  if (value[end] !== 2 || end + 2 + (value[end + 1] as number) !== value.length) return undefined
  return [
    { from: 4, to: end },
    { from: end + 2, to: value.length },
  ]
}

/** The same two integers one behind the other, each as long as the curve asks for: what a JWT has (RFC 7518, section 3.4). */
function joinedSignature(value: Uint8Array): Uint8Array | undefined {
  const parts = signatureParts(value)
  if (parts === undefined) return undefined
  const size = [32, 48, 66].find((length) => parts.every(({ from, to }) => to - from <= length + 1))
  if (size === undefined) return undefined
  const joined = new Uint8Array(size * 2)
  parts.forEach(({ from, to }, half) => {
    const bytes = value.subarray(Math.max(from, to - size), to)
    joined.set(bytes, (half + 1) * size - bytes.length)
  })
  return joined
}

/** Tells needles that a value was drawn, and what stands for it. */
export function addNeedle(needles: Needles, drawn: DrawnValue): void {
  const { kind, value } = drawn
  if (value instanceof Uint8Array) addBytes(needles, drawn, value)
  else if (typeof value === 'string') addText(needles, drawn, value)
  else if (kind === 'random') addFraction(needles, drawn, value as number)
  else addNumber(needles, drawn, String(value), () => String(drawn.replacement()))
}

function addBytes(needles: Needles, drawn: DrawnValue, value: Uint8Array): void {
  const replacement = (): Uint8Array => drawn.replacement() as Uint8Array
  needles.addBytes({ bytes: value, skip: 0, replacement, drawn })
  if (drawn.kind === 'result') {
    const joined = joinedSignature(value)
    if (joined !== undefined)
      needles.addBytes({ bytes: joined, skip: 0, replacement: () => joinedSignature(replacement()) ?? joined, drawn })
    return
  }
  decimalsOf(value).forEach((text, spelling) => {
    addNumber(needles, drawn, text, () => decimalsOf(replacement())[spelling] as string)
  })
}

function addText(needles: Needles, drawn: DrawnValue, value: string): void {
  const replacement = (): string => drawn.replacement() as string
  const version = uuid.exec(value)?.[1]
  if (version === '4' || version === '7') {
    needles.addBytes({
      bytes: uuidBytes(value),
      skip: version === '7' ? uuid7Skip : 0,
      replacement: () => uuidBytes(replacement()),
      drawn,
    })
  } else if (value.length >= shortestId) {
    needles.addText({ text: value, window: value.length - windowLength, isNumber: false, beginningWillDo: false, replacement, drawn })
  }
}

function uuidBytes(text: string): Uint8Array {
  return Buffer.from(text.replaceAll('-', ''), 'hex')
}

/** A surrogate that has more or fewer digits, which is rare, is cut or filled up: the text keeps its length. */
function addNumber(needles: Needles, drawn: DrawnValue, text: string, made: () => string, window = 0): void {
  if (text.length < window + windowLength) return
  const replacement = (): string => made().padEnd(text.length, '0').slice(0, text.length)
  needles.addText({ text, window, isNumber: true, beginningWillDo: false, replacement, drawn })
}

/** `0.7231…`, and the digits that `toString(36)` and `toString(16)` make, of which apps take the first ones. */
function addFraction(needles: Needles, drawn: DrawnValue, value: number): void {
  const replacement = (): number => drawn.replacement() as number
  const decimal = String(value)
  if (decimal.startsWith('0.')) addNumber(needles, drawn, decimal, () => String(replacement()), 2)
  for (const radix of [36, 16]) {
    const text = value.toString(radix).slice(2)
    if (text.length < windowLength) continue
    const inRadix = (): string => replacement().toString(radix).slice(2).padEnd(text.length, '0')
    needles.addText({ text, window: 0, isNumber: false, beginningWillDo: true, replacement: inRadix, drawn })
  }
}

/**
 * Everything that was drawn in a session, and what stands for it. Values are remembered for the whole session: a token
 * drawn in one take comes back in another.
 */
export class DrawnValues {
  readonly surrogates: Surrogates
  readonly substitution: Substitution
  readonly #forgotten: ForgottenValues
  readonly #room: number
  #young: Needles = new Needles()
  #old: Needles = new Needles()

  /** @param room Bytes that a generation of values may hold, about; there are two. */
  constructor(key: Uint8Array, room: number = generationRoom) {
    this.#room = room
    this.surrogates = new Surrogates(key)
    this.#forgotten = new ForgottenValues(this.surrogates)
    this.substitution = new Substitution(() => this.generations, this.#forgotten)
  }

  /** What is looked for, newest first. */
  get generations(): readonly Needles[] {
    return this.#old.weight === 0 ? [this.#young] : [this.#young, this.#old]
  }

  /** A value was drawn that shall not be stored. */
  add(kind: DrawKind, value: DrawValue): void {
    if (!isLarge(kind, value)) return
    if (this.#young.weight > this.#room) {
      this.#forgotten.add([...this.#old.bytes, ...this.#old.texts].map(({ drawn }) => drawn))
      this.#old = this.#young
      this.#young = new Needles()
    }
    addNeedle(this.#young, { kind, value, replacement: () => this.surrogateFor(kind, value) })
  }

  /** What stands for a value. */
  surrogateFor(kind: DrawKind, value: DrawValue): DrawValue {
    return surrogateFor(kind, value, this.surrogates)
  }
}

export const generationRoom: number = 32 * 1024 * 1024
