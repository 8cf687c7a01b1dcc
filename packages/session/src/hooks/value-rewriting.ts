import { Buffer, isUtf8 } from 'node:buffer'
import type { FieldRedactor } from '@retake/core'
import type { ValueRewriting } from './interaction-hook.ts'

/** Rewriting in the form in which protocols find values: it is the redactor's, so whatever can be redacted can be rewritten. */
export function rewriterOf(values: ValueRewriting): FieldRedactor {
  const text = (before: string): string => document(before, values) ?? values.text?.(before) ?? before
  return {
    tells: () => false,
    named: (name, value, place = 'field') => {
      const rewrite = values[place]
      const after = rewrite === undefined ? value : String(rewrite(name, value))
      return after === value ? (document(value, values) ?? value) : after
    },
    text,
    body: (bytes, mediaType) => {
      const whole = values.body?.(bytes, mediaType) ?? bytes
      if (!isUtf8(whole)) return whole
      const before = Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength).toString('utf8')
      const after = mediaType?.toLowerCase().includes('x-www-form-urlencoded') ? form(before, values) : text(before)
      return after === before ? whole : new Uint8Array(Buffer.from(after))
    },
  }
}

/** @returns `undefined` for what is no JSON, or nobody wants to see. */
function document(text: string, { json }: ValueRewriting): string | undefined {
  if (json === undefined || !/^\s*[[{]/.test(text)) return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  const before = JSON.stringify(parsed)
  const after = JSON.stringify(json(parsed) ?? parsed)
  return after === before ? text : after
}

function form(text: string, { field }: ValueRewriting): string {
  if (field === undefined) return text
  return text
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=')
      if (equals < 0) return pair
      const value = decoded(pair.slice(equals + 1))
      const after = field(decoded(pair.slice(0, equals)), value)
      return after === value ? pair : `${pair.slice(0, equals)}=${encodeURIComponent(after)}`
    })
    .join('&')
}

function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}
