import { Buffer } from 'node:buffer'

/**
 * One message of the wire, whole. It is a place in the input, and only good while it is visited: answers have many rows,
 * and a view of its own for each would cost more than all that is done with it.
 */
export class Message {
  /** ASCII code of the type byte; 0 for the untyped messages that open a connection. */
  type = 0
  source: Buffer = nothing
  start = 0
  end = 0

  /** All bytes, with type and length: a view of the source. */
  get bytes(): Buffer {
    return this.source.subarray(this.start, this.end)
  }

  at(type: number, source: Buffer, start: number, end: number): this {
    this.type = type
    this.source = source
    this.start = start
    this.end = end
    return this
  }
}

const nothing: Buffer = Buffer.alloc(0)

/**
 * Longest message that is followed. PostgreSQL itself stops at 1 GiB; nothing in JavaScript can turn more than half of
 * that into a string.
 */
export const maximumMessageBytes: number = 512 * 1024 * 1024

/** Longest untyped message: MAX_STARTUP_PACKET_LENGTH of PostgreSQL. */
const maximumStartupBytes = 10_000

/** Types that a client sends (protocol 3, "Message Formats"). */
export const frontendTypes: ReadonlySet<number> = codesOf('BCDEFHPQSXcdfp')

/** Types that a server sends. */
export const backendTypes: ReadonlySet<number> = codesOf('123ACDEGHIKNRSTVWZcdnstv')

/** Cuts a stream of bytes, split anywhere, into messages. It holds at most one unfinished message. */
export class MessageSplitter {
  /** Whether messages carry a type byte: not before the StartupMessage. May be changed while a message is visited. */
  typed: boolean
  readonly #types: ReadonlySet<number>
  readonly #message: Message = new Message()
  #pending: Buffer[] = []
  #pendingBytes = 0
  /** Bytes that must be there before the next step: a header, or the whole message. */
  #needed = 0
  #stopped = false

  constructor(types: ReadonlySet<number>, typed: boolean) {
    this.#types = types
    this.typed = typed
  }

  /** Whether bytes of an unfinished message are held. */
  get midMessage(): boolean {
    return this.#pendingBytes > 0
  }

  /** Visits no more messages, not even those of the bytes that are being pushed. */
  stop(): void {
    this.#stopped = true
    this.#pending = []
    this.#pendingBytes = 0
  }

  /**
   * Takes the next bytes and visits every message that they complete.
   * @returns Why the bytes cannot be messages of this protocol; the splitter has stopped then.
   */
  push(input: Uint8Array, visit: (message: Message) => void): string | undefined {
    const bytes = viewOf(input)
    let at = 0
    while (!this.#stopped) {
      if (this.#pendingBytes > 0) {
        const missing = Math.min(this.#needed - this.#pendingBytes, bytes.length - at)
        if (missing > 0) this.#hold(bytes.subarray(at, at + missing))
        at += missing
        if (this.#pendingBytes < this.#needed) return undefined
      } else if (at >= bytes.length) return undefined
      const held = this.#pendingBytes > 0
      const source = held ? this.#joined() : bytes
      const start = held ? 0 : at
      const size = this.#sizeOf(source, start)
      if (typeof size === 'string') {
        this.stop()
        return size
      }
      if (source.length - start < size) {
        this.#needed = size
        if (held) continue
        this.#hold(bytes.subarray(at))
        return undefined
      }
      if (held) {
        this.#pending = []
        this.#pendingBytes = 0
      } else at += size
      visit(this.#message.at(this.typed ? (source[start] as number) : 0, source, start, start + size))
    }
    return undefined
  }

  /** Bytes that the message has, or those of its header while that is incomplete, or why it cannot be one. */
  #sizeOf(source: Buffer, start: number): number | string {
    const header = this.typed ? 5 : 4
    if (source.length - start < header) return header
    const type = source[start] as number
    if (this.typed && !this.#types.has(type)) return `a message of unknown type 0x${type.toString(16).padStart(2, '0')}`
    const length = source.readUInt32BE(start + header - 4)
    const limit = this.typed ? maximumMessageBytes : maximumStartupBytes
    if (length < 4 || length > limit) return `a message that says it is ${length} bytes long`
    return header - 4 + length
  }

  #hold(bytes: Buffer): void {
    // A copy: the caller's memory may be used again.
    this.#pending.push(Buffer.from(bytes))
    this.#pendingBytes += bytes.length
    // Bytes that drip in one by one must not cost an object each.
    if (this.#pending.length >= 1024) this.#joined()
  }

  #joined(): Buffer {
    const [only] = this.#pending
    if (this.#pending.length === 1 && only !== undefined) return only
    const joined = Buffer.concat(this.#pending, this.#pendingBytes)
    this.#pending = [joined]
    return joined
  }
}

/** Visits the messages of bytes that are known to be whole typed messages, such as the chunks of an outcome. */
export function visitWhole(bytes: Uint8Array, visit: (message: Message) => void): void {
  const source = viewOf(bytes)
  const message = new Message()
  let start = 0
  while (start + 5 <= source.length) {
    const end = start + 1 + source.readUInt32BE(start + 1)
    if (end < start + 5 || end > source.length) return
    visit(message.at(source[start] as number, source, start, end))
    start = end
  }
}

/** A message that is all of its source. */
export function wholeMessage(bytes: Buffer): Message {
  return new Message().at(bytes[0] ?? 0, bytes, 0, bytes.length)
}

/** A Buffer over the same memory. */
export function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function codesOf(letters: string): ReadonlySet<number> {
  return new Set(Array.from(letters, (letter) => letter.charCodeAt(0)))
}
