import { Buffer } from 'node:buffer'

/** One message of the wire, whole. */
export interface Message {
  /** ASCII code of the type byte; 0 for the untyped messages that open a connection. */
  readonly type: number
  /** All bytes, with type and length. A view of the input: it is only good until `push` returns. */
  readonly bytes: Buffer
}

/**
 * Longest message that is followed. PostgreSQL itself stops at 1 GiB; nothing in JavaScript can turn more than half of
 * that into a string.
 */
export const maximumMessageBytes: number = 512 * 1024 * 1024

/** Longest untyped message: MAX_STARTUP_PACKET_LENGTH of PostgreSQL. */
export const maximumStartupBytes = 10_000

/** Types that a client sends (protocol 3, "Message Formats"). */
export const frontendTypes: ReadonlySet<number> = codesOf('BCDEFHPQSXcdfp')

/** Types that a server sends. */
export const backendTypes: ReadonlySet<number> = codesOf('123ACDEGHIKNRSTVWZcdnstv')

/** Cuts a stream of bytes, split anywhere, into messages. It holds at most one unfinished message. */
export class MessageSplitter {
  /** Whether messages carry a type byte: not before the StartupMessage. May be changed while a message is visited. */
  typed: boolean
  readonly #types: ReadonlySet<number>
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
    let rest = viewOf(input)
    while (!this.#stopped && (rest.length > 0 || this.#pendingBytes > 0)) {
      if (this.#pendingBytes > 0) {
        const missing = this.#needed - this.#pendingBytes
        if (rest.length < missing) {
          if (rest.length > 0) this.#hold(rest)
          return undefined
        }
        if (missing > 0) this.#hold(rest.subarray(0, missing))
        rest = rest.subarray(missing)
      }
      const whole = this.#pendingBytes > 0 ? this.#joined() : rest
      const size = this.#sizeOf(whole)
      if (typeof size === 'string') {
        this.stop()
        return size
      }
      if (whole.length < size) {
        this.#needed = size
        if (this.#pendingBytes === 0) {
          this.#hold(rest)
          return undefined
        }
        continue
      }
      if (this.#pendingBytes > 0) {
        this.#pending = []
        this.#pendingBytes = 0
      } else rest = rest.subarray(size)
      visit({ type: this.typed ? (whole[0] as number) : 0, bytes: whole.subarray(0, size) })
    }
    return undefined
  }

  /** Bytes that the message has, or those of its header while that is incomplete, or why it cannot be one. */
  #sizeOf(bytes: Buffer): number | string {
    const header = this.typed ? 5 : 4
    if (bytes.length < header) return header
    const type = bytes[0] as number
    if (this.typed && !this.#types.has(type)) return `a message of unknown type 0x${type.toString(16).padStart(2, '0')}`
    const length = bytes.readUInt32BE(header - 4)
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
export function visitWhole(bytes: Uint8Array, visit: (type: number, message: Buffer) => void): void {
  const all = viewOf(bytes)
  let at = 0
  while (at + 5 <= all.length) {
    const end = at + 1 + all.readUInt32BE(at + 1)
    if (end < at + 5 || end > all.length) return
    visit(all[at] as number, all.subarray(at, end))
    at = end
  }
}

/** A Buffer over the same memory. */
export function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function codesOf(letters: string): ReadonlySet<number> {
  return new Set(Array.from(letters, (letter) => letter.charCodeAt(0)))
}
