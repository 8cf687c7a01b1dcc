import { BodyCollector, type CollectedBody } from '../../payload/collected-body.ts'
import { FrameReader } from './frames.ts'
import { MessageInflater } from './inflater.ts'

/** A message that the client sent, put together from its frames. Pings and pongs are the connection's business. */
export interface ClientMessage {
  readonly kind: 'text' | 'binary' | 'close'
  readonly body: CollectedBody
}

/** Reads the messages of a client, with `permessage-deflate` (RFC 7692) taken off. */
export class MessageAssembler {
  readonly #reader: FrameReader
  readonly #message: (message: ClientMessage) => void
  #kind: 'text' | 'binary' | undefined
  #compressed = false
  #body = new BodyCollector()
  #control = new BodyCollector()
  readonly #inflater = new MessageInflater()

  constructor(message: (message: ClientMessage) => void) {
    this.#message = message
    this.#reader = new FrameReader({
      // Control frames may come between the fragments of a message.
      data: (bytes, opcode) => (opcode >= 8 ? this.#control : this.#body).add(bytes),
      end: (opcode, isLast, isCompressed) => this.#frameEnd(opcode, isLast, isCompressed),
    })
  }

  feed(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at = this.#reader.feed(bytes, at)
    this.#body.own()
    this.#control.own()
  }

  #frameEnd(opcode: number, isLast: boolean, isCompressed: boolean): void {
    if (opcode >= 8) {
      const control = this.#control
      this.#control = new BodyCollector()
      if (opcode === 8) this.#message({ kind: 'close', body: control.collected() })
      return
    }
    if (opcode !== 0 || this.#kind === undefined) {
      this.#kind = opcode === 1 ? 'text' : 'binary'
      this.#compressed = isCompressed
    }
    if (!isLast) return
    const kind = this.#kind
    const body = this.#body.collected()
    this.#body = new BodyCollector()
    this.#kind = undefined
    this.#message({ kind, body: this.#compressed ? this.#inflated(body) : body })
  }

  #inflated(body: CollectedBody): CollectedBody {
    const bytes = 'bytes' in body ? this.#inflater.inflate(body.bytes) : undefined
    return bytes === undefined ? body : { bytes }
  }
}
