import { Buffer } from 'node:buffer'
import { parseHeaderLines } from '../payload/header-lines.ts'
import type { RequestHead, ResponseHead, UnreadableHead } from './head.ts'
import { PendingBytes } from './pending-bytes.ts'

/** Largest head or trailer section that is read, bytes. Node's own limit is 16 KiB unless the app raises it. */
const maxHeadBytes: number = 1 << 20
/** Largest chunk-size line with its extensions, bytes; Node's limit is the same. */
const maxChunkLineBytes = 16 * 1024

/** What a reader finds. Bytes are views into what was fed: whoever keeps them copies them. */
export interface MessageEvents<Head> {
  /**
   * @param end Position in the bytes that are being fed after the empty line of this head.
   * @returns `body`: framed as the head says. `none`: ends here. `again`: a 1xx, the real head follows.
   */
  head(head: Head, end: number): 'body' | 'none' | 'again'
  /** Bytes of the body without its transfer coding. */
  data(bytes: Uint8Array): void
  trailers?(rawTrailers: readonly string[]): void
}

type ReaderState = 'head' | 'length' | 'size' | 'chunk' | 'chunk-end' | 'trailers' | 'until-close' | 'done' | 'unreadable'

/**
 * Reads HTTP/1 messages, one at a time, from bytes that come split anywhere. It is as lenient as Node's lenient parser
 * (bare LF, folded lines, chunk extensions, empty lines before a message), never throws, and keeps at most one head.
 */
export class MessageReader<Head extends RequestHead | ResponseHead> {
  readonly #parse: (text: string) => Head | UnreadableHead
  readonly #events: MessageEvents<Head>
  /** What a message without length and without chunks has: a response goes on until the connection closes. */
  readonly #unframed: 'done' | 'until-close'
  readonly #pending = new PendingBytes()
  #state: ReaderState = 'head'
  #left = 0
  #sizeDigits = 0
  #sizeLine = 0
  #inExtension = false
  #reason: string | undefined

  constructor(kind: 'request' | 'response', parse: (text: string) => Head | UnreadableHead, events: MessageEvents<Head>) {
    this.#parse = parse
    this.#events = events
    this.#unframed = kind === 'request' ? 'done' : 'until-close'
  }

  /** The message is complete; `next` begins another. */
  get done(): boolean {
    return this.#state === 'done'
  }

  /** Why reading stopped for good. */
  get unreadable(): string | undefined {
    return this.#reason
  }

  /** A head has begun or is awaited. */
  get inHead(): boolean {
    return this.#state === 'head'
  }

  /** Nothing of the next message was fed. */
  get betweenMessages(): boolean {
    return this.#state === 'head' && this.#pending.length === 0
  }

  /** Bytes of a head that is not complete. */
  get unfinishedHead(): Uint8Array {
    return this.#pending.bytes
  }

  next(): void {
    this.#state = 'head'
    if (this.#pending.length > 0) this.#pending.take()
  }

  /** The connection ended. @returns Whether that completes the message. */
  finish(): boolean {
    if (this.#state === 'until-close') this.#state = 'done'
    return this.#state === 'done'
  }

  /**
   * Reads on, up to the end of the message or of a 1xx head.
   * @returns The position after the last byte taken.
   */
  feed(bytes: Uint8Array, from: number): number {
    let at = from
    while (at < bytes.length) {
      switch (this.#state) {
        case 'head': {
          at = this.#readHead(bytes, at)
          // A 1xx head also stops here, so that the caller can tell its bytes from the next head's.
          if (this.#state === 'head' || this.#state === 'done') return at
          break
        }
        case 'length': {
          const end = Math.min(bytes.length, at + this.#left)
          this.#events.data(bytes.subarray(at, end))
          this.#left -= end - at
          at = end
          if (this.#left === 0) {
            this.#state = 'done'
            return at
          }
          break
        }
        case 'size':
          at = this.#readSize(bytes, at)
          break
        case 'chunk': {
          const end = Math.min(bytes.length, at + this.#left)
          this.#events.data(bytes.subarray(at, end))
          this.#left -= end - at
          at = end
          if (this.#left === 0) this.#state = 'chunk-end'
          break
        }
        case 'chunk-end':
          if (bytes[at] === 10) this.#expectSize()
          else if (bytes[at] !== 13) this.#fail('chunk end')
          at++
          break
        case 'trailers':
          at = this.#readTrailers(bytes, at)
          if (this.done) return at
          break
        case 'until-close':
          this.#events.data(at === 0 ? bytes : bytes.subarray(at))
          return bytes.length
        case 'done':
          return at
        case 'unreadable':
          return bytes.length
      }
    }
    return at
  }

  #readHead(bytes: Uint8Array, from: number): number {
    let at = from
    if (this.#pending.length === 0) {
      while (at < bytes.length && (bytes[at] === 13 || bytes[at] === 10)) at++
      if (at === bytes.length) return at
      const end = endOfHead(bytes, at)
      if (end !== -1) {
        this.#headComplete(bytes, at, end, end)
        return end
      }
      this.#append(bytes.subarray(at))
      return bytes.length
    }
    const before = this.#pending.length
    this.#append(bytes.subarray(at))
    if (this.#state === 'unreadable') return bytes.length
    const pending = this.#pending.bytes
    const end = endOfHead(pending, Math.max(0, before - 2))
    if (end === -1) return bytes.length
    this.#pending.take()
    this.#headComplete(pending, 0, end, at + end - before)
    return at + end - before
  }

  #append(bytes: Uint8Array): void {
    if (this.#pending.length + bytes.length > maxHeadBytes) this.#fail('head too large')
    else this.#pending.append(bytes)
  }

  #headComplete(bytes: Uint8Array, from: number, end: number, fedEnd: number): void {
    if (end - from > maxHeadBytes) return this.#fail('head too large')
    const head = this.#parse(latin1(bytes, from, end))
    if ('unreadable' in head) {
      this.#pending.append(bytes.subarray(from, end))
      return this.#fail(head.unreadable)
    }
    const follows = this.#events.head(head, fedEnd)
    if (follows === 'again') return
    if (follows === 'none') this.#state = 'done'
    else if (head.framing.chunked) this.#expectSize()
    else if (head.framing.coded) this.#state = this.#unframed
    else if (head.framing.length === undefined) this.#state = this.#unframed
    else {
      this.#left = head.framing.length
      this.#state = this.#left === 0 ? 'done' : 'length'
    }
  }

  #expectSize(): void {
    this.#state = 'size'
    this.#left = 0
    this.#sizeDigits = 0
    this.#sizeLine = 0
    this.#inExtension = false
  }

  #readSize(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] as number
      if (byte === 10) {
        if (this.#sizeDigits === 0) this.#fail('chunk size')
        else this.#state = this.#left === 0 ? 'trailers' : 'chunk'
        return at + 1
      }
      if (++this.#sizeLine > maxChunkLineBytes) {
        this.#fail('chunk extension too large')
        return bytes.length
      }
      if (this.#inExtension || byte === 13) continue
      const digit = hexDigit(byte)
      if (digit >= 0) {
        this.#left = this.#left * 16 + digit
        this.#sizeDigits++
        if (this.#left <= Number.MAX_SAFE_INTEGER) continue
      } else if (this.#sizeDigits > 0 && (byte === 59 || byte === 32 || byte === 9)) {
        this.#inExtension = true
        continue
      }
      this.#fail('chunk size')
      return bytes.length
    }
    return bytes.length
  }

  #readTrailers(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      if (bytes[at] !== 10) continue
      this.#append(bytes.subarray(from, at + 1))
      if (this.#state !== 'trailers') return bytes.length
      const section = this.#pending.bytes
      const last = section.length - 1
      const lineEmpty = last === 0 || section[last - 1] === 10 || (section[last - 1] === 13 && (last === 1 || section[last - 2] === 10))
      if (lineEmpty) {
        const text = latin1(section, 0, section.length)
        this.#pending.take()
        this.#state = 'done'
        if (text.length > 2) this.#events.trailers?.(parseHeaderLines(text, 0))
        return at + 1
      }
      from = at + 1
    }
    this.#append(bytes.subarray(from))
    return bytes.length
  }

  #fail(reason: string): void {
    this.#state = 'unreadable'
    this.#reason = reason
  }
}

/** Position after the empty line that ends a head, or -1. */
function endOfHead(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(10, from); at !== -1; at = bytes.indexOf(10, at + 1)) {
    const next = bytes[at + 1]
    if (next === 10) return at + 2
    if (next === 13 && bytes[at + 2] === 10) return at + 3
  }
  return -1
}

function latin1(bytes: Uint8Array, from: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('latin1')
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}
