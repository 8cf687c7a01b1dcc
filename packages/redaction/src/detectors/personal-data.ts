import type { PersonalData } from '../rules/redaction-rules.ts'
import { type Detector, digitsFor, withMarks } from '../span.ts'

const email = /(?<![\w.+%-])([A-Za-z0-9][\w.+%-]{0,63})@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z]{2,24})(?![\w-])/g
const phone = /(?<![\w.+/-])(?:\+|00)[1-9]\d{0,2}(?:[ ().\-/]{0,2}\d){6,14}(?!\w)/g
const localPhone = /(?<![\w.+/-])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])/g
const iban = /(?<![A-Za-z0-9])([A-Z]{2}\d{2})((?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)(?![A-Za-z0-9])/g
const ssn = /(?<![\w.-])(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-])/g

/** E-mail addresses (RFC 5321): the name before the `@` is replaced, the domain stays, since apps decide by it. */
const emailDetector: Detector = {
  name: 'email',
  hint: /@/,
  *find(text) {
    for (const match of text.matchAll(email)) {
      yield { start: match.index, end: match.index + (match[1] as string).length, detector: 'email' }
    }
  },
}

/** Telephone numbers: international ones (E.164, with the marks that people write), and North American ones with their separators. */
const phoneDetector: Detector = {
  name: 'phone',
  hint: /\d[ ().\-/]?\d[ ().\-/]?\d[ ().\-/]{0,2}\d/,
  *find(text, { placeholder }) {
    for (const pattern of [phone, localPhone]) {
      for (const match of text.matchAll(pattern)) {
        yield {
          start: match.index,
          end: match.index + match[0].length,
          detector: 'phone',
          rewrite: (raw) => withDigits(raw, 3, placeholder),
        }
      }
    }
  },
}

/** Account numbers with right check digits (ISO 13616). The placeholder has right ones too; the country stays. */
const ibanDetector: Detector = {
  name: 'iban',
  hint: /[A-Z]{2}\d{2} ?[A-Z0-9]{4}/,
  *find(text, { placeholder }) {
    for (const match of text.matchAll(iban)) {
      const compact = match[0].replaceAll(' ', '')
      if (compact.length < 15 || compact.length > 34 || remainder(compact) !== 1) continue
      yield { start: match.index, end: match.index + match[0].length, detector: 'iban', rewrite: (raw) => redactIban(raw, placeholder) }
    }
  },
}

/** Social security numbers of the USA, as they are written. */
const ssnDetector: Detector = {
  name: 'ssn',
  hint: /\d{3}-\d\d-\d{4}/,
  *find(text, { placeholder }) {
    for (const match of text.matchAll(ssn)) {
      yield { start: match.index, end: match.index + 11, detector: 'ssn', rewrite: (raw) => withDigits(raw, 0, placeholder) }
    }
  },
}

/** Personal data, looked for only where the configuration asks for it. */
export const personalDataDetectors: readonly Detector[] = [emailDetector, phoneDetector, ibanDetector, ssnDetector]

/** Classes of personal data that can be asked for. */
export const personalDataNames: readonly PersonalData[] = ['email', 'phone', 'iban', 'ssn']

/** Every digit but the first ones. */
function withDigits(raw: string, kept: number, placeholder: (secret: string) => string): string {
  const digits = raw.replaceAll(/\D/g, '')
  return withMarks(raw, /\D/g, digits.slice(0, kept) + digitsFor(digits.slice(kept), placeholder))
}

function redactIban(raw: string, placeholder: (secret: string) => string): string {
  const compact = raw.replaceAll(' ', '')
  const rest = digitsFor(compact.slice(4), placeholder)
  const country = compact.slice(0, 2)
  const check = rest.length === compact.length - 4 ? String(98 - remainder(`${country}00${rest}`)).padStart(2, '0') : ''
  return withMarks(raw, / /g, country + check + rest)
}

/** ISO 7064, MOD 97-10: 1 for a right number. */
function remainder(compact: string): number {
  let result = 0
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    result = (result * (value > 9 ? 100 : 10) + value) % 97
  }
  return result
}
