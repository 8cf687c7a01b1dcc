import { JsonMembers } from './json-members.ts'

/** A number as it was written: `JSON.parse` would round 9007199254740993. */
export class JsonNumber {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

/** A JSON value without loss. Objects are read as Maps are: a member called `__proto__` is one like any other. */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | ReadonlyMap<string, JsonValue>

/** The kind of a value, in the words of JSON. */
export type JsonType = 'null' | 'boolean' | 'string' | 'number' | 'array' | 'object'

export function jsonType(value: JsonValue): JsonType {
  if (value === null) return 'null'
  if (value instanceof JsonNumber) return 'number'
  if (isJsonObject(value)) return 'object'
  return Array.isArray(value) ? 'array' : typeof value === 'string' ? 'string' : 'boolean'
}

export function isJsonArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

export function isJsonObject(value: JsonValue): value is ReadonlyMap<string, JsonValue> {
  return value instanceof JsonMembers || value instanceof Map
}

/**
 * The text of a value, without white space, members in their order.
 * @param longest The text is cut there, and ends in an ellipsis.
 */
export function jsonText(value: JsonValue, longest: number = Number.POSITIVE_INFINITY): string {
  let text = ''
  const pending: (string | { readonly value: JsonValue })[] = [{ value }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (text.length > longest) return `${text.slice(0, longest)}…`
    if (typeof next === 'string') text += next
    else if (next.value === null || typeof next.value === 'boolean') text += String(next.value)
    else if (typeof next.value === 'string') text += JSON.stringify(next.value)
    else if (next.value instanceof JsonNumber) text += next.value.source
    else if (isJsonArray(next.value)) {
      pending.push(']')
      for (let index = next.value.length - 1; index >= 0; index--) {
        pending.push({ value: next.value[index] ?? null }, index === 0 ? '' : ',')
      }
      pending.push('[')
    } else if (isJsonObject(next.value)) {
      pending.push('}')
      const members = [...next.value]
      for (let index = members.length - 1; index >= 0; index--) {
        const [name, member] = members[index] as [string, JsonValue]
        pending.push({ value: member }, `${index === 0 ? '' : ','}${JSON.stringify(name)}:`)
      }
      pending.push('{')
    }
  }
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
