import type { Call, FieldRedactor, Interaction, Outcome } from '@retake/core'
import { packr, unpackSeamValue } from '../seam-value.ts'

/** Deeper than this a value is not looked through, and so not kept. */
const deepest = 100
/** What takes the place of a part that is too deep to be looked through. */
const tooDeep = '[redacted]'

/** Takes the secrets out of what passed through a seam: arguments, the result, what was thrown. */
export function redactSeam(interaction: Interaction, redactor: FieldRedactor): Interaction {
  const { call, outcome } = interaction
  const fields = new DataRedaction(redactor).value(call.fields, undefined, 0) as Call['fields']
  return { ...interaction, call: { ...call, fields }, outcome: redactOutcome(outcome, redactor) }
}

function redactOutcome(outcome: Outcome, redactor: FieldRedactor): Outcome {
  if (outcome.kind === 'thrown') {
    const { error } = outcome
    const { message, stack, extra } = error
    return {
      ...outcome,
      error: {
        ...error,
        message: redactor.text(message),
        ...(stack === undefined ? {} : { stack: redactor.text(stack) }),
        ...(extra === undefined ? {} : { extra: new DataRedaction(redactor).value(extra, undefined, 0) as NonNullable<typeof extra> }),
      },
    }
  }
  if (outcome.kind !== 'value' || !(outcome.value instanceof Uint8Array)) return outcome
  const value = unpackSeamValue(outcome.value)
  const redaction = new DataRedaction(redactor)
  const redacted = redaction.value(value, undefined, 0)
  return redaction.changed ? { ...outcome, value: packr().pack(redacted) } : outcome
}

/** Goes through data of any shape. A name tells about all that is below it. */
class DataRedaction {
  readonly #redactor: FieldRedactor
  /** What was gone through already: values may hold themselves. */
  readonly #known: Map<object, unknown> = new Map()
  changed = false

  constructor(redactor: FieldRedactor) {
    this.#redactor = redactor
  }

  value(value: unknown, name: string | undefined, depth: number): unknown {
    switch (typeof value) {
      case 'string':
        return this.#noted(value, name === undefined ? this.#redactor.text(value) : this.#redactor.named(name, value))
      case 'number':
      case 'bigint':
        return name === undefined ? value : this.#number(value, name)
      case 'object':
        return value === null ? value : this.#object(value, name, depth)
      default:
        return value
    }
  }

  #number(value: number | bigint, name: string): number | bigint {
    // `tokens: 46` of a language model is a count.
    if (!this.#redactor.tells(name) || /tokens?$/i.test(name)) return value
    const before = String(value)
    const after = this.#redactor.named(name, before)
    // Of a mark for comparing nothing but its being there counts.
    const number = typeof value === 'bigint' ? (/^-?\d+$/.test(after) ? BigInt(after) : 0n) : Number(after)
    return before === after ? value : this.#noted(value, Number.isNaN(number) ? 0 : number)
  }

  #object(value: object, name: string | undefined, depth: number): unknown {
    const known = this.#known.get(value)
    if (known !== undefined) return known
    if (depth > deepest) return this.#noted<unknown>(value, tooDeep)
    if (value instanceof Uint8Array) return this.#bytes(value, name)
    if (Array.isArray(value)) {
      const copy: unknown[] = []
      this.#known.set(value, copy)
      for (const member of value) copy.push(this.value(member, name, depth + 1))
      return copy
    }
    if (value instanceof Map) {
      const copy = new Map<unknown, unknown>()
      this.#known.set(value, copy)
      for (const [key, member] of value)
        copy.set(this.value(key, undefined, depth + 1), this.value(member, this.#below(key, name), depth + 1))
      return copy
    }
    if (value instanceof Set) {
      const copy = new Set<unknown>()
      this.#known.set(value, copy)
      for (const member of value) copy.add(this.value(member, name, depth + 1))
      return copy
    }
    if (value instanceof Error) return this.#error(value)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) return value
    const copy: { [key: string]: unknown } = {}
    this.#known.set(value, copy)
    for (const [key, member] of Object.entries(value)) {
      const redacted = this.value(member, this.#below(key, name), depth + 1)
      // An own member whatever its name is.
      Object.defineProperty(copy, key, { value: redacted, enumerable: true, configurable: true, writable: true })
    }
    return copy
  }

  /** The name that tells: that of the member, or that of what it is part of. */
  #below(key: unknown, name: string | undefined): string | undefined {
    if (name !== undefined && this.#redactor.tells(name)) return name
    return typeof key === 'string' ? key : name
  }

  #bytes(value: Uint8Array, name: string | undefined): Uint8Array {
    if (name !== undefined && this.#redactor.tells(name)) {
      const before = Buffer.from(value).toString('hex')
      const after = this.#redactor.named(name, before)
      return this.#noted(value, /^[\da-f]*$/.test(after) ? Buffer.from(after, 'hex') : new Uint8Array(value.length))
    }
    return this.#noted(value, this.#redactor.body(value, undefined))
  }

  #error(error: Error): Error {
    const message = this.#redactor.text(error.message)
    const stack = error.stack === undefined ? undefined : this.#redactor.text(error.stack)
    if (message === error.message && stack === error.stack) return error
    this.changed = true
    const copy = Object.create(Object.getPrototypeOf(error) as object) as Error
    Object.defineProperties(copy, {
      ...Object.getOwnPropertyDescriptors(error),
      message: { value: message, configurable: true, writable: true },
    })
    if (stack !== undefined) Object.defineProperty(copy, 'stack', { value: stack, configurable: true, writable: true })
    return copy
  }

  #noted<T>(before: T, after: T): T {
    if (before !== after) this.changed = true
    return after
  }
}
