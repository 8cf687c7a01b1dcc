import type { Target } from '@retake/core'
import type { VirtualServer } from '../../protocol.ts'
import { Answer, type ReplyLine } from '../../reply-line.ts'
import type { RequestHead } from '../head.ts'
import { messageCall } from './call.ts'
import { MessageAssembler } from './messages.ts'

/** The far end of a WebSocket: every message of the client is asked for, what the server sent after it follows. */
export class WebSocketServer implements VirtualServer {
  readonly #line: ReplyLine
  readonly #messages: MessageAssembler

  /** @param line The connection's replies; that of the upgrade stands first. */
  constructor(line: ReplyLine, request: RequestHead, target: Target) {
    this.#line = line
    this.#messages = new MessageAssembler((message) => line.ask(messageCall(message, request, target), new Answer(line)))
  }

  opened(): void {}

  received(bytes: Uint8Array): void {
    if (!this.#line.over) this.#messages.feed(bytes)
  }

  secured(): void {}

  receivedEnd(): void {}

  closed(): void {
    this.#line.abandon()
  }
}
