import { type Call, type FieldValue, type Target, targetName } from '@retake/core'
import { bodyField, pairs } from '../payload/body-fields.ts'
import type { CollectedBody } from '../payload/collected-body.ts'
import { headerValue } from '../payload/header-lines.ts'
import { callHeaders, withoutDate } from './call-headers.ts'
import type { RequestHead } from './head.ts'

const readMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Where a request goes, in parts. */
export interface RequestAddress {
  /** `http://host[:port]`, default ports left out; `unix:/path` for a socket file. */
  readonly origin: string
  readonly path: string
  /** Without the question mark; `undefined` without one. */
  readonly query: string | undefined
}

/** Reads the address of a request from its target (RFC 9112, 3.2) and Host header. */
export function requestAddress(head: RequestHead, target: Target): RequestAddress {
  let rest = head.target
  let origin: string
  if (head.method === 'CONNECT') return { origin: `http://${targetName(target)}`, path: rest.toLowerCase(), query: undefined }
  const absolute = rest.charCodeAt(0) === 47 ? null : /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(rest)
  if (absolute !== null) {
    const scheme = (absolute[1] as string).toLowerCase()
    origin = `${scheme}://${authority(absolute[2] as string, scheme)}`
    rest = rest.slice(absolute[0].length)
    if (rest.charCodeAt(0) !== 47) rest = `/${rest}`
  } else if (target.path !== undefined) origin = targetName(target)
  else {
    const scheme = target.secure ? 'https' : 'http'
    origin = `${scheme}://${authority(headerValue(head.rawHeaders, 'host') || targetName(target), scheme)}`
  }
  const hash = rest.indexOf('#')
  if (hash !== -1) rest = rest.slice(0, hash)
  const question = rest.indexOf('?')
  return question === -1
    ? { origin, path: rest, query: undefined }
    : { origin, path: rest.slice(0, question), query: rest.slice(question + 1) }
}

/** How the call of a request is told apart from others before, or without, its whole body. */
export type CallBody = CollectedBody | 'unfinished'

/**
 * The call that a request is.
 * @param body `unfinished` when the outcome was settled before the body ended: then only its declared length counts.
 */
export function requestCall(head: RequestHead, body: CallBody, target: Target): Call {
  const address = requestAddress(head, target)
  const headers = callHeaders(head.rawHeaders)
  const content =
    body === 'unfinished'
      ? { unfinished: declaredLength(head) }
      : bodyField(body, headerValue(head.rawHeaders, 'content-type'), headerValue(head.rawHeaders, 'content-encoding'))
  const fields: { [name: string]: FieldValue } = { method: head.method, origin: address.origin, path: address.path }
  if (address.query !== undefined && address.query !== '') fields.query = canonicalQuery(address.query)
  fields.headers = headers
  if (content !== undefined) fields.body = content
  return {
    protocol: 'http1',
    target: targetName(target),
    label: requestLabel(head.method, address),
    effect: readMethods.has(head.method) ? 'read' : 'write',
    fields,
  }
}

/** The calls that heads without a body are, by the name of the target. */
const bodiless: WeakMap<RequestHead, Map<string, Call>> = new WeakMap()
const noBody: CollectedBody = { bytes: new Uint8Array(0) }

/** {@link requestCall} without a body: the same object for the same head. */
export function bodilessCall(head: RequestHead, target: Target): Call {
  const name = `${target.secure ? 's' : ''} ${targetName(target)}`
  let calls = bodiless.get(head)
  if (calls === undefined) bodiless.set(head, (calls = new Map()))
  let call = calls.get(name)
  if (call === undefined) calls.set(name, (call = requestCall(head, noBody, target)))
  return call
}

/** One line that a person recognises. */
function requestLabel(method: string, address: RequestAddress): string {
  const query = address.query === undefined ? '' : `?${address.query}`
  // `OPTIONS *` and CONNECT have no path.
  return `${method} ${address.origin}${address.path.startsWith('/') ? '' : ' '}${address.path}${query}`
}

/** `Content-Length` as text, `chunked`, or `none`. */
export function declaredLength(head: RequestHead): string {
  if (head.framing.chunked) return 'chunked'
  return head.framing.length === undefined ? 'none' : String(head.framing.length)
}

/** Of an address that was signed in advance: what a signature consists of, and the secret's own token. */
const presigned = /^x-(?:amz|goog)-(?:signature|date|signedheaders|security-token)$/i

/**
 * Name → list of values; the order of different names does not matter, that of values of one name does. Of a signature
 * it says who signed, not when.
 */
export function canonicalQuery(query: string): FieldValue {
  const byName = new Map<string, string[]>()
  for (const [name, given] of pairs(query)) {
    if (presigned.test(name)) continue
    const value = /^x-(?:amz|goog)-credential$/i.test(name) ? withoutDate(given) : given
    const values = byName.get(name)
    if (values === undefined) byName.set(name, [value])
    else values.push(value)
  }
  const names = [...byName]
  if (names.length > 1) names.sort((one, other) => (one[0] < other[0] ? -1 : 1))
  return Object.fromEntries(names)
}

function authority(text: string, scheme: string): string {
  const lower = text.slice(text.lastIndexOf('@') + 1).toLowerCase()
  const standard = scheme === 'https' || scheme === 'wss' ? ':443' : ':80'
  return lower.endsWith(standard) && !(lower.startsWith('[') && !lower.endsWith(`]${standard}`)) ? lower.slice(0, -standard.length) : lower
}
