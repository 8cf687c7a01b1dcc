import type { Comparison } from './comparison.ts'
import { canonicalNumber } from './decimal.ts'
import { isJsonArray, isJsonObject, JsonNumber, type JsonValue } from './json-value.ts'
import { textTokens, wordParts } from './text-tokens.ts'
import { identifierOf } from './values/identifier.ts'
import { parseJwt } from './values/jwt.ts'
import { epochTimestamp, textTimestamp } from './values/timestamp.ts'

/** What is put in place of noise in a text that may hold some. */
const longestMasked = 10_000

/**
 * The canonical text of a value, members sorted, with noise replaced by its kind where clocks are given. Two values that
 * are equivalent have the same form; two of the same form need not be equivalent.
 */
export function maskedForm(root: JsonValue, run: Comparison): string {
  let form = ''
  const pending: (string | { readonly value: JsonValue })[] = [{ value: root }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === 'string') form += next
    else if (isJsonArray(next.value)) {
      pending.push(']')
      for (let index = next.value.length - 1; index >= 0; index--) pending.push({ value: next.value[index] ?? null }, ',')
      pending.push('[')
    } else if (isJsonObject(next.value)) {
      const members = Array.from(next.value, ([name, value]) => ({ name: maskedText(name, run), value }))
      members.sort((a, b) => (a.name < b.name ? 1 : a.name > b.name ? -1 : 0))
      pending.push('}')
      for (const { name, value } of members) pending.push({ value }, `${name}:`)
      pending.push('{')
    } else form += maskedScalar(next.value, run)
  }
  return form
}

function maskedScalar(value: null | boolean | string | JsonNumber, run: Comparison): string {
  if (typeof value === 'string') return maskedText(value, run)
  if (!(value instanceof JsonNumber)) return String(value)
  const time = run.clocks === undefined ? undefined : epochTimestamp(value.source)
  if (time !== undefined) return `<${time.format}>`
  return run.rules.floatTolerance === undefined ? canonicalNumber(value.source) : '<number>'
}

function maskedText(original: string, run: Comparison): string {
  const text = run.canonicalText === undefined ? original : run.canonicalText(original)
  if (run.clocks === undefined || text.length < 8 || text.length > longestMasked) return JSON.stringify(text)
  const whole = kindOf(text)
  if (whole !== undefined) return `"<${whole}>"`
  let masked = ''
  for (const token of textTokens(text)) {
    masked +=
      maskedToken(token) ??
      (token.length < 16
        ? token
        : wordParts(token)
            .map((part) => maskedToken(part) ?? part)
            .join(''))
  }
  return JSON.stringify(masked)
}

function maskedToken(token: string): string | undefined {
  const kind = token.length < 8 ? undefined : kindOf(token)
  return kind === undefined ? undefined : `<${kind}>`
}

function kindOf(text: string): string | undefined {
  const time = textTimestamp(text) ?? epochTimestamp(text)
  // The fraction may be shorter on one side.
  if (time !== undefined) return time.format.replace(/ fraction \d$/, '')
  return parseJwt(text) === undefined ? identifierOf(text)?.format : 'jwt'
}
