import { headerValue } from '../payload/header-lines.ts'
import type { RequestHead, ResponseHead } from './head.ts'

/** A 1xx that another head follows (RFC 9110, 15.2); 101 is final for the protocol that it leaves. */
export function isInformational(head: ResponseHead): boolean {
  return head.status < 200 && head.status !== 101
}

/** Whether a response has a body at all (RFC 9112, 6.3). */
export function bodyRule(head: ResponseHead, method: string | undefined): 'body' | 'none' {
  if (head.status === 101 || head.status === 204 || head.status === 304 || method === 'HEAD') return 'none'
  return method === 'CONNECT' && head.status >= 200 && head.status < 300 ? 'none' : 'body'
}

/** What a connection may become: a WebSocket, some other upgrade, or a tunnel through a proxy. */
export type Switched = 'websocket' | 'opaque' | 'tunnel'

/** What a connection becomes after this response. */
export function switchedTo(response: ResponseHead, request: RequestHead | undefined): Switched | undefined {
  if (request === undefined) return undefined
  if (request.method === 'CONNECT') return response.status >= 200 && response.status < 300 ? 'tunnel' : undefined
  // A switch that nobody asked for is an error that clients raise themselves.
  if (response.status !== 101 || request.framing.upgrade === undefined) return undefined
  return (response.framing.upgrade ?? request.framing.upgrade) === 'websocket' ? 'websocket' : 'opaque'
}

/** Whether the server closes after this response (RFC 9112, 9.3 and 9.6). */
export function closesAfter(response: ResponseHead, request: RequestHead | undefined): boolean {
  const { framing } = response
  if (framing.close || request?.framing.close) return true
  return (response.minor === 0 || request?.minor === 0) && !framing.keepAlive
}

/**
 * Whether a request names this content coding as acceptable.
 * @returns `undefined` when it does not say: then any coding is acceptable (RFC 9110, 12.5.3).
 */
export function acceptsCoding(request: RequestHead, coding: string): boolean | undefined {
  const accepted = headerValue(request.rawHeaders, 'accept-encoding')?.toLowerCase()
  return accepted === undefined ? undefined : accepted.includes('*') || accepted.includes(coding.toLowerCase())
}
