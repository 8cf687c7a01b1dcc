import type { FieldRedactor, HttpRequest, HttpResponse } from '@retake/core'
import { contentCodings, pack, unpack } from '../payload/content-coding.ts'
import { headerValue } from '../payload/header-lines.ts'
import { joined } from '../rechunk.ts'
import { readRecordedResponse } from './recorded-response.ts'
import { redactHeader, redactUrl } from './redact-header.ts'
import { redactResponse } from './redact-response.ts'

/** An inbound request with everything secret replaced: target, headers, body, trailers. */
export function redactRequest(request: HttpRequest, redact: FieldRedactor): HttpRequest {
  const { rawTrailers, sensitive } = request
  const rawHeaders = redactHeaderPairs(request.rawHeaders, redact, sensitive)
  const body = redactMessageBody(request, redact)
  return {
    ...request,
    target: redactUrl(request.target, redact),
    rawHeaders: body.length === request.body.length ? rawHeaders : withLength(rawHeaders, body.length),
    body,
    ...(rawTrailers === undefined ? {} : { rawTrailers: redactHeaderPairs(rawTrailers, redact, sensitive) }),
  }
}

/** A response that was read already, with everything secret replaced: headers, body, trailers, and what was sent before it. */
export function redactResponseMessage(response: HttpResponse, redact: FieldRedactor): HttpResponse {
  const { rawTrailers, informational, pushed, sensitive } = response
  const safe = (raw: readonly string[]): string[] => redactHeaderPairs(raw, redact, sensitive)
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

/**
 * The response that a server wrote, read and with everything secret replaced.
 * @param bytes Everything that was written for the request, framing included.
 * @returns `undefined` when no head was written.
 */
export function recordedResponse(bytes: Uint8Array, method: string, aborted: boolean, redact: FieldRedactor): HttpResponse | undefined {
  const chunks = redactResponse([{ bytes, at: 0 }], method, undefined, redact)
  return readRecordedResponse(joined(chunks), method, aborted)
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

function redactHeaderPairs(rawHeaders: readonly string[], redact: FieldRedactor, sensitive?: readonly string[]): string[] {
  return rawHeaders.map((text, index) => (index % 2 === 0 ? text : redactHeader(rawHeaders[index - 1] ?? '', text, redact, sensitive)))
}

function withLength(rawHeaders: readonly string[], length: number): string[] {
  return rawHeaders.map((text, index) =>
    index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'content-length' ? String(length) : text,
  )
}
