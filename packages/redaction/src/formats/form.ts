import { rewritePercentEncoded } from './percent-encoding.ts'

/** What to do with the fields of a form or a query string. */
export interface FormFields {
  field(name: string, value: string): string
}

/** Redacts `name=value&name=value` (application/x-www-form-urlencoded, query strings). */
export function rewriteForm(text: string, fields: FormFields): string {
  return text
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=')
      if (equals < 0) return pair
      const raw = pair.slice(equals + 1)
      const name = decodeName(pair.slice(0, equals))
      return pair.slice(0, equals + 1) + rewritePercentEncoded(raw, (value) => fields.field(name, value))
    })
    .join('&')
}

function decodeName(raw: string): string {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '))
  } catch {
    return raw
  }
}
