import { Recent } from '@retake/core'
import { parseHeaderLines } from '../payload/header-lines.ts'

/** What a head says about where its message ends and what becomes of the connection. */
export interface Framing {
  /** Content-Length, bytes. */
  readonly length: number | undefined
  /** `chunked` is the last transfer coding. */
  readonly chunked: boolean
  /** A Transfer-Encoding is present, chunked or not. */
  readonly coded: boolean
  readonly close: boolean
  readonly keepAlive: boolean
  /** Upgrade header, in lower case, when Connection names it. */
  readonly upgrade: string | undefined
  readonly expectsContinue: boolean
}

interface MessageHead {
  /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
  readonly minor: number
  /** `[name, value, name, value, …]`, case and order as sent; values are latin1, folded lines joined by a space. */
  readonly rawHeaders: readonly string[]
  readonly framing: Framing
}

export interface RequestHead extends MessageHead {
  readonly method: string
  readonly target: string
}

export interface ResponseHead extends MessageHead {
  readonly status: number
  readonly reason: string
}

/** Why a head cannot be read. */
export interface UnreadableHead {
  readonly unreadable: string
}

const version = /^HTTP\/1\.([01])$/
const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: ([^\r\n]*))?$/

/**
 * A service is asked the same few things, and says the same for a second (that of the Date header): parsing a head costs far more
 * than looking it up.
 */
const heads = { request: new Recent<string, RequestHead>(200), response: new Recent<string, ResponseHead>(200) }
const longest = 4096

/**
 * @param text The head as latin1; the empty line that ends it may be included.
 * @returns The same object for the same head, where it was parsed lately.
 */
export function parseRequestHead(text: string): RequestHead | UnreadableHead {
  return parsed(text, heads.request, readRequestHead)
}

/**
 * @param text The head as latin1; the empty line that ends it may be included.
 * @returns The same object for the same head, where it was parsed lately.
 */
export function parseResponseHead(text: string): ResponseHead | UnreadableHead {
  return parsed(text, heads.response, readResponseHead)
}

function parsed<Head extends MessageHead>(
  text: string,
  remembered: Recent<string, Head>,
  read: (text: string) => Head | UnreadableHead,
): Head | UnreadableHead {
  if (text.length > longest) return read(text)
  const known = remembered.get(text)
  if (known !== undefined) return known
  const head = read(text)
  if (!('unreadable' in head)) remembered.set(text, head)
  return head
}

function readRequestHead(text: string): RequestHead | UnreadableHead {
  const line = firstLine(text)
  const method = line.slice(0, Math.max(0, line.indexOf(' ')))
  const versionAt = line.lastIndexOf(' ')
  const protocol = version.exec(line.slice(versionAt + 1))
  if (method === '' || protocol === null || versionAt <= method.length) return { unreadable: 'request line' }
  const rest = parseHeaders(text)
  if ('unreadable' in rest) return rest
  return { method, target: line.slice(method.length + 1, versionAt), minor: Number(protocol[1]), ...rest }
}

function readResponseHead(text: string): ResponseHead | UnreadableHead {
  const line = statusLine.exec(firstLine(text))
  if (line === null) return { unreadable: 'status line' }
  const rest = parseHeaders(text)
  if ('unreadable' in rest) return rest
  return { status: Number(line[2]), reason: line[3] ?? '', minor: Number(line[1]), ...rest }
}

function firstLine(text: string): string {
  const end = text.indexOf('\n')
  if (end === -1) return text.endsWith('\r') ? text.slice(0, -1) : text
  return text.slice(0, text.charCodeAt(end - 1) === 13 ? end - 1 : end)
}

function parseHeaders(text: string): { readonly rawHeaders: string[]; readonly framing: Framing } | UnreadableHead {
  const end = text.indexOf('\n')
  const rawHeaders = end === -1 ? [] : parseHeaderLines(text, end + 1)
  let length: number | undefined
  let transferCoding: string | undefined
  let connection = ''
  let upgrade: string | undefined
  let expectsContinue = false
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string
    const value = rawHeaders[at + 1] as string
    // The length tells apart nearly all names without making a lower-case copy of each.
    switch (name.length) {
      case 6:
        if (name.toLowerCase() === 'expect') expectsContinue = value.toLowerCase() === '100-continue'
        break
      case 7:
        if (name.toLowerCase() === 'upgrade') upgrade = value.toLowerCase()
        break
      case 10:
        if (name.toLowerCase() === 'connection') connection += `,${value.toLowerCase()}`
        break
      case 14:
        if (name.toLowerCase() === 'content-length') {
          const asked = decimal(value)
          if (asked === undefined || (length !== undefined && length !== asked)) return { unreadable: 'content-length' }
          length = asked
        }
        break
      case 17:
        if (name.toLowerCase() === 'transfer-encoding')
          transferCoding = `${transferCoding === undefined ? '' : `${transferCoding},`}${value.toLowerCase()}`
        break
    }
  }
  return {
    rawHeaders,
    framing: {
      length,
      chunked: transferCoding !== undefined && transferCoding.slice(transferCoding.lastIndexOf(',') + 1).trim() === 'chunked',
      coded: transferCoding !== undefined,
      close: connection.includes('close'),
      keepAlive: connection.includes('keep-alive'),
      upgrade: connection.includes('upgrade') ? upgrade : undefined,
      expectsContinue,
    },
  }
}

function decimal(value: string): number | undefined {
  if (value.length === 0 || value.length > 15) return undefined
  for (let at = 0; at < value.length; at++) {
    const digit = value.charCodeAt(at)
    if (digit < 48 || digit > 57) return undefined
  }
  return Number(value)
}
