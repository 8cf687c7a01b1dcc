import type { Target, TransportError } from '@retake/core'
import { GenericConversation } from '../generic/conversation.ts'
import type { ConnectionFacts, Conversation, ConversationSink, Stamp } from '../protocol.ts'
import type { RequestHead } from './head.ts'
import { sniffRequest } from './sniff.ts'

/**
 * What passes through a proxy after CONNECT: a conversation of its own with the host behind the proxy, HTTP over TLS
 * most of the time.
 */
export class TunnelConversation implements Conversation {
  readonly #sink: ConversationSink
  readonly #facts: ConnectionFacts
  readonly #http: (facts: ConnectionFacts) => Conversation
  #inner: Conversation | undefined

  constructor(sink: ConversationSink, facts: ConnectionFacts, request: RequestHead, http: (facts: ConnectionFacts) => Conversation) {
    this.#sink = sink
    this.#facts = { ...facts, target: tunnelTarget(request, facts.target) }
    this.#http = http
  }

  sent(bytes: Uint8Array, stamp: Stamp): void {
    this.#inner ??= sniffRequest(bytes) === false ? new GenericConversation(this.#sink, this.#facts) : this.#http(this.#facts)
    this.#inner.sent(bytes, stamp)
  }

  received(bytes: Uint8Array, stamp: Stamp): void {
    this.#inner ??= new GenericConversation(this.#sink, this.#facts)
    this.#inner.received(bytes, stamp)
  }

  secured(stamp: Stamp): void {
    if (this.#inner !== undefined) this.#inner.secured(stamp)
    else this.#inner = this.#http({ ...this.#facts, target: { ...this.#facts.target, secure: true } })
  }

  sentEnd(stamp: Stamp): void {
    this.#inner?.sentEnd(stamp)
  }

  receivedEnd(stamp: Stamp): void {
    this.#inner?.receivedEnd(stamp)
  }

  closed(stamp: Stamp, how: { readonly error?: TransportError; readonly byApp: boolean }): void {
    this.#inner?.closed(stamp, how)
  }
}

/** The host behind the proxy, from `CONNECT host:port`. */
export function tunnelTarget(request: RequestHead, proxy: Target): Target {
  const colon = request.target.lastIndexOf(':')
  const host = request.target.slice(0, colon === -1 ? undefined : colon).replace(/^\[|\]$/g, '')
  return { ...proxy, host, port: colon === -1 ? 443 : Number(request.target.slice(colon + 1)) || 443, path: undefined, secure: false }
}
