import type { Buffer } from 'node:buffer'
import type { ConversationSink, Stamp } from '../protocol.ts'
import { readNotification } from './backend-messages.ts'
import { notificationCall } from './call.ts'
import { statementText } from './sql/statement-text.ts'

/**
 * Notifications come when they come, on a connection that may be idle: each is an interaction of the take that had said
 * LISTEN, begun when it arrived, so that everything asked before it stands before it.
 */
export class NotificationListener {
  readonly #sink: ConversationSink
  readonly #target: string
  /** Take that listens, by channel. */
  readonly #channels: Map<string, number> = new Map()

  constructor(sink: ConversationSink, target: string) {
    this.#sink = sink
    this.#target = target
  }

  /** A text was answered without an error. */
  answered(sql: string, take: number): void {
    const text = statementText(sql)
    for (const channel of text.unlistens) {
      if (channel === '*') this.#channels.clear()
      else this.#channels.delete(channel)
    }
    for (const channel of text.listens) this.#channels.set(channel, take)
  }

  /** @returns `false` for a channel that nothing seen here listens to. */
  received(message: Buffer, stamp: Stamp): boolean {
    const { channel } = readNotification(message)
    const take = this.#channels.get(channel)
    if (take === undefined) return false
    const open = this.#sink.begin({ take, at: stamp.at })
    open.call(notificationCall(this.#target, channel))
    open.chunk(message, stamp, 'notification')
    open.end({ kind: 'complete' }, stamp)
    return true
  }
}
