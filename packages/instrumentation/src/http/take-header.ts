import type { IncomingMessage } from 'node:http'

/** Names the take that a driver of a replay wants; the app never sees it. */
export const takeHeader = 'x-retake-take'

/**
 * Takes {@link takeHeader}, and nothing else, out of every form in which a request shows its headers.
 *
 * `headers` and `headersDistinct` are computed on first access from `rawHeaders` and a private count of them (Node's
 * `_http_incoming.js`), and kept: so both are asked for while `rawHeaders` still is what the parser counted.
 */
export function hideTakeHeader(request: IncomingMessage): void {
  // On HTTP/1.1 Node has computed `headers` already to see whether there is a Host: this costs one property read.
  if (request.headers[takeHeader] === undefined) return
  const { rawHeaders, headersDistinct } = request
  Reflect.deleteProperty(headersDistinct, takeHeader)
  Reflect.deleteProperty(request.headers, takeHeader)
  // A new array: who was told of the request's head keeps the one that it got.
  request.rawHeaders = rawHeaders.filter((_, index) => rawHeaders[index - (index % 2)]?.toLowerCase() !== takeHeader)
}
