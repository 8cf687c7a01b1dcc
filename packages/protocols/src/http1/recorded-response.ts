import type { HttpResponse } from '@retake/core'
import { MessageReader } from './codec.ts'
import { parseResponseHead, type ResponseHead } from './head.ts'

/**
 * Reads the one response, with its 1xx answers, that a server wrote for a request.
 * @param bytes Everything that was written, framing included.
 * @param method Of the request: an answer to HEAD has no body whatever its head says.
 * @param aborted The connection closed before the response was complete.
 * @returns `undefined` when no head was written.
 */
export function readRecordedResponse(bytes: Uint8Array, method: string, aborted: boolean): HttpResponse | undefined {
  const informational: { status: number; rawHeaders: readonly string[] }[] = []
  const body: Uint8Array[] = []
  let final: ResponseHead | undefined
  let rawTrailers: readonly string[] | undefined
  const reader = new MessageReader<ResponseHead>('response', parseResponseHead, {
    head: (head) => {
      if (head.status < 200 && head.status !== 101) {
        informational.push({ status: head.status, rawHeaders: head.rawHeaders })
        return 'again'
      }
      final = head
      return method === 'HEAD' || head.status === 204 || head.status === 304 || head.status === 101 ? 'none' : 'body'
    },
    data: (piece) => body.push(piece),
    trailers: (found) => (rawTrailers = found),
  })
  for (let at = 0; at < bytes.length && !reader.done && reader.unreadable === undefined;) {
    const next = reader.feed(bytes, at)
    if (next === at) break
    at = next
  }
  if (final === undefined) return undefined
  const complete = reader.done || reader.finish()
  const { status, reason, minor, rawHeaders } = final as ResponseHead
  return {
    status,
    reason,
    httpVersion: `1.${minor}`,
    rawHeaders,
    body: Buffer.concat(body),
    ...(rawTrailers === undefined ? {} : { rawTrailers }),
    ...(informational.length === 0 ? {} : { informational }),
    ...(aborted || !complete ? { aborted: true } : {}),
  }
}
