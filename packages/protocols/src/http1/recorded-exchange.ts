import type { FieldRedactor, HttpRequest, HttpResponse } from '@retake/core'
import { contentCodings, pack, unpack } from '../payload/content-coding.ts'
import { headerValue } from '../payload/header-lines.ts'
import { redactHeader, redactUrl } from './redact-header.ts'

/** An inbound request with everything secret replaced: target, headers, body, trailers. The same instance when nothing is secret. */
export function redactRequest(request: HttpRequest, redact: FieldRedactor): HttpRequest {
  const { rawTrailers, sensitive } = request
  const rawHeaders = redactHeaderPairs(request.rawHeaders, redact, sensitive)
  const body = redactMessageBody(request, redact)
  const target = redactUrl(request.target, redact)
  const trailers = rawTrailers && redactHeaderPairs(rawTrailers, redact, sensitive)
  if (target === request.target && rawHeaders === request.rawHeaders && body === request.body && trailers === rawTrailers) return request
  return {
    ...request,
    target,
    rawHeaders: body.length === request.body.length ? rawHeaders : withLength(rawHeaders, body.length),
    body,
    ...(trailers && { rawTrailers: trailers }),
  }
}

/** A response that was read already, with everything secret replaced: headers, body, trailers, and what was sent before it. */
export function redactResponseMessage(response: HttpResponse, redact: FieldRedactor): HttpResponse {
  const { rawTrailers, informational, pushed, sensitive } = response
  const safe = (raw: readonly string[]): readonly string[] => redactHeaderPairs(raw, redact, sensitive)
  const rawHeaders = safe(response.rawHeaders)
  const body = redactMessageBody(response, redact)
  return {
    ...response,
    rawHeaders: body.length === response.body.length ? rawHeaders : withLength(rawHeaders, body.length),
    body,
    ...(rawTrailers && { rawTrailers: safe(rawTrailers) }),
    ...(informational && { informational: informational.map((each) => ({ ...each, rawHeaders: safe(each.rawHeaders) })) }),
    ...(pushed && { pushed: pushed.map((each) => ({ target: redactUrl(each.target, redact), rawHeaders: safe(each.rawHeaders) })) }),
  }
}

function redactMessageBody({ body, rawHeaders }: HttpRequest | HttpResponse, redact: FieldRedactor): Uint8Array {
  if (body.length === 0) return body
  const codings = contentCodings(headerValue(rawHeaders, 'content-encoding'))
  const plain = unpack(body, codings)
  // A body in a coding that nobody here can read is replaced as a whole where it looks secret, and kept otherwise.
  if (plain === undefined) return redact.body(body, undefined)
  const redacted = redact.body(plain, headerValue(rawHeaders, 'content-type'))
  return redacted === plain ? body : pack(redacted, codings)
}

/** The same list when nothing is secret. */
function redactHeaderPairs(rawHeaders: readonly string[], redact: FieldRedactor, sensitive?: readonly string[]): readonly string[] {
  let redacted: string[] | undefined
  for (let at = 1; at < rawHeaders.length; at += 2) {
    const before = rawHeaders[at] as string
    const after = redactHeader(rawHeaders[at - 1] as string, before, redact, sensitive)
    if (after !== before) (redacted ??= [...rawHeaders])[at] = after
  }
  return redacted ?? rawHeaders
}

function withLength(rawHeaders: readonly string[], length: number): string[] {
  return rawHeaders.map((text, index) =>
    index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'content-length' ? String(length) : text,
  )
}
