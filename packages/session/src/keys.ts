import type { Call } from '@retake/core'
import { matchKey } from '@retake/matching'
import { callForms } from './call-forms.ts'

/** Match key of a call, on its redacted form. */
export function recordedKey(call: Call): string {
  return matchKey(call.protocol, callForms.matchFields(call), callForms)
}

/**
 * Key by which an inbound request finds its take when it does not name it: method, path and query. The body is not part
 * of it: the scope must be known before the body has arrived.
 */
export function triggerKey(request: { readonly method: string; readonly target: string }): string {
  const mark = request.target.indexOf('?')
  const path = mark === -1 ? request.target : request.target.slice(0, mark)
  const query = mark === -1 ? [] : [...new URLSearchParams(request.target.slice(mark + 1))].sort(byName)
  return matchKey('trigger', { method: request.method, path, query }, callForms)
}

function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
