import type { Ending, TransportError } from '@retake/core'
import type { ConnectionFacts, Conversation, ConversationSink, OpenInteraction, Stamp } from '../../protocol.ts'
import type { RequestHead } from '../head.ts'
import { messageCall } from './call.ts'
import { FrameReader } from './frames.ts'
import { MessageAssembler } from './messages.ts'
import type { PlainFrames } from './plain-frames.ts'

/**
 * Every message of the client is a call of its own; the frames that come before the next one are its outcome. So what
 * the server sent is never delivered before the client has said what came before it. A message is never torn apart
 * between two calls, and never kept compressed.
 */
export class WebSocketConversation implements Conversation {
  readonly #sink: ConversationSink
  readonly #messages: MessageAssembler
  readonly #frames = new FrameReader()
  readonly #plain: PlainFrames
  /** Oldest first; more than one only while a frame of the server is under way. */
  readonly #open: OpenInteraction[]
  #now: Stamp = { take: 0, at: 0 }

  /**
   * @param upgrade The interaction that opened the WebSocket; it gets what the server sends before the first message.
   * @param plain Has read what came along with the head of the response.
   */
  constructor(sink: ConversationSink, facts: ConnectionFacts, request: RequestHead, upgrade: OpenInteraction, plain: PlainFrames) {
    this.#plain = plain
    this.#sink = sink
    this.#open = [upgrade]
    this.#messages = new MessageAssembler((message) => {
      const interaction = this.#sink.begin(this.#now)
      interaction.call(messageCall(message, request, facts.target))
      this.#open.push(interaction)
      if (this.#frames.atMessageBoundary) this.#advance(this.#now)
    })
  }

  /** Plain bytes that were delivered together with the response head. */
  follow(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at = this.#frames.feed(bytes, at)
  }

  sent(bytes: Uint8Array, stamp: Stamp): void {
    this.#now = stamp
    if (this.#open.length > 0) this.#messages.feed(bytes)
  }

  received(received: Uint8Array, stamp: Stamp): void {
    const bytes = this.#plain.feed(received)
    if (bytes.length === 0) return
    let at = 0
    if (this.#open.length > 1) {
      at = this.#frames.feed(bytes, 0)
      this.#open[0]?.chunk(bytes.subarray(0, at), stamp)
      if (this.#frames.atMessageBoundary) this.#advance(stamp)
    }
    if (at === bytes.length) return
    this.#open[0]?.chunk(at === 0 ? bytes : bytes.subarray(at), stamp)
    this.follow(bytes.subarray(at))
  }

  secured(_stamp: Stamp): void {}

  sentEnd(_stamp: Stamp): void {}

  receivedEnd(stamp: Stamp): void {
    this.#endAll({ kind: 'closed' }, stamp)
  }

  closed(stamp: Stamp, how: { readonly error?: TransportError; readonly byApp: boolean }): void {
    if (how.error !== undefined && !how.byApp) this.#endAll({ kind: 'error', error: how.error }, stamp)
    else this.#endAll({ kind: how.byApp ? 'abandoned' : 'closed' }, stamp)
  }

  /** Only the newest call can still get frames. */
  #advance(stamp: Stamp): void {
    while (this.#open.length > 1) this.#open.shift()?.end({ kind: 'complete' }, stamp)
  }

  #endAll(ending: Ending, stamp: Stamp): void {
    const last = this.#open.length - 1
    // Older ones are complete as far as they go; the connection's end belongs to the newest.
    for (const [at, interaction] of this.#open.splice(0).entries()) interaction.end(at === last ? ending : { kind: 'complete' }, stamp)
  }
}
