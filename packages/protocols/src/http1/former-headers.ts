import type { FieldValue } from '@retake/core'

/**
 * The only headers that calls had in the first form of recording. What else a call was sent with is not known of them, so an
 * old cassette is asked with these alone.
 */
const formerNames: ReadonlySet<string> = new Set(
  (
    'accept accept-language anthropic-version api-key api-version authorization content-type cookie if-match if-modified-since if-none-match if-range ' +
    'if-unmodified-since prefer range soapaction stripe-account stripe-version x-amz-target x-api-key x-api-version x-http-method-override ' +
    'x-organization-id x-tenant x-tenant-id'
  ).split(' '),
)

/** The fields of a call as the first form of recording had them. */
export function inFormerForm(fields: { readonly [name: string]: FieldValue }): { readonly [name: string]: FieldValue } {
  const { headers } = fields
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers) || headers instanceof Uint8Array) return fields
  const entries = Object.entries(headers)
  const kept = entries.filter(([name]) => formerNames.has(name))
  return kept.length === entries.length ? fields : { ...fields, headers: Object.fromEntries(kept) as FieldValue }
}
