import { type Detector, digitsFor, withMarks } from '../span.ts'

const shape = /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)/g
/** Length of the numbers of an issuer (ISO/IEC 7812), by their first digits. Timestamps in ms begin with 1 and are none. */
const issuers: readonly (readonly [first: RegExp, length: number])[] = [
  [/^4/, 16],
  [/^5[1-5]/, 16],
  [/^2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)/, 16],
  [/^3[47]/, 15],
  [/^3(?:0[0-5]|[68])/, 14],
  [/^(?:6011|65|64[4-9])/, 16],
  [/^35(?:2[89]|[3-8])/, 16],
  [/^62/, 16],
]
/** Digits that stay: they name the issuer. */
const keptDigits = 4

/** Payment card numbers: an issuer's beginning and length, and a right check digit (Luhn). The placeholder has all three. */
export const paymentCard: Detector = {
  name: 'card',
  hint: /[2-6]\d{3}[ -]?\d{4,6}[ -]?\d{4}/,
  *find(text, { placeholder }) {
    for (const match of text.matchAll(shape)) {
      const digits = match[0].replaceAll(/[ -]/g, '')
      if (!issuers.some(([first, length]) => first.test(digits) && digits.length === length) || luhn(digits) !== 0) continue
      yield {
        start: match.index,
        end: match.index + match[0].length,
        detector: 'card',
        rewrite: (number) => redactNumber(number, digits, placeholder),
      }
    }
  },
}

function redactNumber(number: string, digits: string, placeholder: (secret: string) => string): string {
  const open = `${digits.slice(0, keptDigits)}${digitsFor(digits.slice(keptDigits, -1), placeholder)}0`
  return withMarks(number, /[ -]/g, open.length === digits.length ? open.slice(0, -1) + String((10 - luhn(open)) % 10) : open)
}

/** Sum of the digits, every second one from the right doubled, modulo 10: 0 for a right number. */
function luhn(digits: string): number {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    sum += index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
  }
  return sum % 10
}
