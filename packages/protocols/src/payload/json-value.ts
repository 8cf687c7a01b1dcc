import type { FieldValue } from '@retake/core'

/** Deeper documents are kept as text: everything that walks a field value recurses. */
const deepest = 200

// A double holds every decimal of up to 15 digits and a small exponent; only longer spellings need the slow way.
const mayLoseDigits = /[\d.]{16}|[eE][+-]?\d{3}/
const stringsAndNumbers = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs

/**
 * JSON text as a field value without loss: a number that a double cannot hold becomes `{ '#number': '<canonical text>' }`,
 * so that 2^53+1 is not 2^53.
 * @returns `undefined` when the text is not JSON, or nested deeper than 200 levels.
 */
export function jsonValue(text: string): { readonly value: FieldValue } | undefined {
  try {
    let value: FieldValue = JSON.parse(text)
    if (mayLoseDigits.test(text)) value = JSON.parse(text.replace(stringsAndNumbers, keepDigits))
    return tooDeep(value, deepest) ? undefined : { value }
  } catch {
    return undefined
  }
}

function keepDigits(token: string): string {
  if (token.charCodeAt(0) === 34) return token
  const exact = canonicalNumber(token)
  return canonicalNumber(String(Number(token))) === exact ? token : `{"#number":"${exact}"}`
}

/** `-12.50e3` → `-125e2`: digits without zeros at either end, and the exponent. Spelling does not matter, value does. */
function canonicalNumber(token: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token)
  if (parts === null) return token
  const fraction = parts[3] ?? ''
  const all = `${parts[2]}${fraction}`
  let start = 0
  while (start < all.length - 1 && all.charCodeAt(start) === 48) start++
  let end = all.length
  while (end > start + 1 && all.charCodeAt(end - 1) === 48) end--
  const digits = all.slice(start, end)
  if (digits === '0') return '0'
  const exponent = Number(parts[4] ?? 0) - fraction.length + (all.length - end)
  return `${parts[1]}${digits}${exponent === 0 ? '' : `e${exponent}`}`
}

function tooDeep(value: FieldValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const member of Object.values(value)) if (tooDeep(member, levels - 1)) return true
  return false
}
