import type { HttpRequest } from '@retake/core'
import { takeHeader } from '@retake/session'

/**
 * The request as it goes over the connection: raw headers in recorded case and order, duplicates included, the exact
 * target and body. Written by hand because every HTTP client corrects something. Only the chunk boundaries of a chunked
 * body are not kept: the recording has the body as one.
 * @param take Told to the app in a header that its code never sees; `undefined` for an app without Retake, which would.
 * Header bytes are Latin-1, as Node's parser hands them out (RFC 9110 section 5.5 leaves them opaque).
 */
export function requestBytes(request: HttpRequest, take: string | undefined): Buffer {
  const { rawHeaders, body } = request
  const lines = [`${request.method} ${request.target} HTTP/${request.httpVersion}`]
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== takeHeader) lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`)
  }
  if (take !== undefined) lines.push(`${takeHeader}: ${take}`)
  lines.push('', '')
  const head = Buffer.from(lines.join('\r\n'), 'latin1')
  return Buffer.concat(isChunked(rawHeaders) ? [head, ...chunked(body, request.rawTrailers ?? [])] : [head, body])
}

/** Value of a header, the last where it stands several times. */
export function headerValue(rawHeaders: readonly string[], name: string): string | undefined {
  let found: string | undefined
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) found = rawHeaders[index + 1]
  }
  return found
}

/** The host that a request is for: HTTP/2 has it in a pseudo-header (RFC 9113, section 8.3.1). */
export function hostOf({ rawHeaders }: HttpRequest): string | undefined {
  return headerValue(rawHeaders, ':authority') ?? headerValue(rawHeaders, 'host')
}

function isChunked(rawHeaders: readonly string[]): boolean {
  return headerValue(rawHeaders, 'transfer-encoding')?.toLowerCase().includes('chunked') === true
}

function chunked(body: Uint8Array, rawTrailers: readonly string[]): Uint8Array[] {
  const parts: Uint8Array[] = []
  if (body.length > 0) parts.push(Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n'))
  const trailers = []
  for (let index = 0; index + 1 < rawTrailers.length; index += 2) trailers.push(`${rawTrailers[index]}: ${rawTrailers[index + 1]}\r\n`)
  parts.push(Buffer.from(`0\r\n${trailers.join('')}\r\n`, 'latin1'))
  return parts
}
