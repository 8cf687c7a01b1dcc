import type { Call, FieldRedactor, FieldValue } from '@retake/core'
import { redactTarget } from '@retake/protocols'
import { type CallForms, canonicalForm, keyOf, matchKey } from '@retake/matching'
import { callForms } from './call-forms.ts'

/** Match key of a call, on its redacted form. */
export function recordedKey(call: Call, forms: CallForms = callForms()): string {
  return keyOf(call, forms)
}

/**
 * Key by which an inbound request finds its take when it does not name it: method, path and query. The body counts only
 * among takes that are equal so far (see {@link bodyKey}): it has not arrived when the request begins.
 * @param mask A live target may hold a secret where the recorded one has a placeholder.
 */
export function triggerKey(request: { readonly method: string; readonly target: string }, mask: FieldRedactor): string {
  const target = redactTarget(request.target, mask)
  const mark = target.indexOf('?')
  const path = mark === -1 ? target : target.slice(0, mark)
  const query = mark === -1 ? [] : [...new URLSearchParams(target.slice(mark + 1))].sort(byName)
  return matchKey('trigger', { method: request.method, path, query })
}

/** Canonical form of a request's body: two clients may write the same JSON differently. */
export function bodyKey(body: Uint8Array): string {
  const first = body[0]
  if (first === 0x7b || first === 0x5b) {
    try {
      return `json ${canonicalForm(JSON.parse(Buffer.from(body).toString('utf8')) as FieldValue)}`
    } catch {
      // Not JSON after all: compared as bytes.
    }
  }
  return `bytes ${Buffer.from(body).toString('base64')}`
}

function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
