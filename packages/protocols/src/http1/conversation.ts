import type { Ending, Target, TransportError } from '@retake/core'
import { GenericConversation } from '../generic/conversation.ts'
import { headerValue } from '../payload/header-lines.ts'
import type { ConnectionFacts, Conversation, ConversationSink, Stamp } from '../protocol.ts'
import { MessageReader } from './codec.ts'
import { Exchange } from './exchange.ts'
import { parseRequestHead, parseResponseHead, type RequestHead, type ResponseHead } from './head.ts'
import { PendingBytes } from './pending-bytes.ts'
import { acceptsCoding, bodyRule, closesAfter, isInformational, switchedTo } from './semantics.ts'
import { TunnelConversation } from './tunnel-conversation.ts'
import { WebSocketConversation } from './websocket/conversation.ts'
import { PlainFrames } from './websocket/plain-frames.ts'

/** Pairs the requests and responses of one connection. The outcome of a call is the raw bytes of its response. */
export class Http1Conversation implements Conversation {
  readonly #sink: ConversationSink
  readonly #facts: ConnectionFacts
  #target: Target
  readonly #requests: MessageReader<RequestHead>
  readonly #responses: MessageReader<ResponseHead>
  /** Whose response is awaited or under way, oldest first. */
  readonly #awaiting: Exchange[] = []
  /** Whose request is being written. */
  #writing: Exchange | undefined
  /** After a request to switch protocols: what is sent until the answer comes belongs to whichever protocol it names. */
  #held: { bytes: Uint8Array; stamp: Stamp }[] | undefined
  /** What follows after the connection switched. */
  #inner: Conversation | undefined
  #response: ResponseHead | undefined
  #continueEnded = false
  /** The start of what may become `100 Continue`. */
  readonly #heldHead = new PendingBytes()
  /** Requests cannot be followed any more. */
  #deaf = false
  /** Responses cannot be followed any more; all bytes belong to the one under way. */
  #raw = false

  constructor(sink: ConversationSink, facts: ConnectionFacts) {
    this.#sink = sink
    this.#facts = facts
    this.#target = facts.target
    this.#requests = new MessageReader('request', parseRequestHead, {
      head: (head) => {
        this.#writing?.requestHead(head)
        return 'body'
      },
      data: (bytes) => this.#writing?.body.add(bytes),
    })
    this.#responses = new MessageReader('response', parseResponseHead, { head: (head) => this.#responseHead(head), data: () => {} })
  }

  sent(bytes: Uint8Array, stamp: Stamp): void {
    if (this.#inner !== undefined) return this.#inner.sent(bytes, stamp)
    let at = 0
    while (at < bytes.length && !this.#deaf) {
      if (this.#held !== undefined) {
        this.#held.push({ bytes: bytes.slice(at), stamp })
        break
      }
      if (this.#writing === undefined) {
        // Some clients send an empty line after a body; it begins nothing.
        while (bytes[at] === 13 || bytes[at] === 10) at++
        if (at === bytes.length) break
        this.#writing = new Exchange(this.#sink, this.#facts, stamp)
        this.#awaiting.push(this.#writing)
      }
      at = this.#requests.feed(bytes, at)
      if (this.#requests.done) this.#requestComplete()
      else if (this.#requests.unreadable !== undefined) this.#requestUnreadable(this.#requests.unreadable)
    }
    this.#writing?.body.own()
  }

  received(bytes: Uint8Array, stamp: Stamp): void {
    if (this.#inner !== undefined) return this.#inner.received(bytes, stamp)
    let at = 0
    while (at < bytes.length) {
      const exchange = this.#awaiting[0]
      // Nobody asked: a timeout notice on an idle connection, or noise after a response.
      if (exchange === undefined) return
      at = this.#receivedFor(exchange, bytes, at, stamp)
      if (this.#inner !== undefined) return
    }
  }

  secured(stamp: Stamp): void {
    if (this.#inner !== undefined) this.#inner.secured(stamp)
    else this.#target = { ...this.#target, secure: true }
  }

  sentEnd(stamp: Stamp): void {
    this.#inner?.sentEnd(stamp)
  }

  receivedEnd(stamp: Stamp): void {
    if (this.#inner !== undefined) return this.#inner.receivedEnd(stamp)
    this.#flushHeldHead(stamp)
    this.#endAll({ kind: 'closed' }, stamp)
  }

  closed(stamp: Stamp, how: { readonly error?: TransportError; readonly byApp: boolean }): void {
    if (this.#inner !== undefined) return this.#inner.closed(stamp, how)
    this.#flushHeldHead(stamp)
    if (how.error !== undefined && !how.byApp) this.#endAll({ kind: 'error', error: how.error }, stamp)
    else this.#endAll({ kind: how.byApp ? 'abandoned' : 'closed' }, stamp)
  }

  #requestComplete(): void {
    const exchange = this.#writing
    this.#writing = undefined
    this.#requests.next()
    exchange?.requestDone(this.#target)
    const head = exchange?.request
    if (head !== undefined && (head.framing.upgrade !== undefined || head.method === 'CONNECT')) this.#held = []
  }

  #requestUnreadable(reason: string): void {
    this.#sink.connectionFact('unreadable', `request: ${reason}`)
    this.#deaf = true
    const exchange = this.#writing
    if (exchange === undefined) return
    if (exchange.request === undefined) exchange.requestUnreadable(this.#requests.unfinishedHead)
    else exchange.settle(this.#target)
  }

  /** @returns Up to where the bytes belong to this exchange. */
  #receivedFor(exchange: Exchange, bytes: Uint8Array, from: number, stamp: Stamp): number {
    let start = from
    let at = from
    do {
      at = this.#responses.feed(bytes, at)
      if (this.#continueEnded) {
        this.#continueEnded = false
        exchange.continued(this.#withHeldHead(bytes.subarray(start, at)), stamp)
        start = at
      }
    } while (at < bytes.length && !this.#responses.done && this.#responses.unreadable === undefined)
    if (this.#responses.unreadable !== undefined) {
      // The client's own parser fails on these bytes, too; it shall get them all.
      if (!this.#raw) this.#sink.connectionFact('unreadable', `response: ${this.#responses.unreadable}`)
      this.#raw = true
      exchange.settle(this.#target)
      exchange.chunk(this.#withHeldHead(bytes.subarray(start)), stamp)
      return bytes.length
    }
    if (this.#responses.done) {
      this.#responseComplete(exchange, bytes, start, at, stamp)
      return at
    }
    if (exchange.awaitsContinue && this.#responses.inHead) this.#heldHead.append(bytes.subarray(start))
    else exchange.chunk(this.#withHeldHead(bytes.subarray(start)), stamp)
    return bytes.length
  }

  #responseHead(head: ResponseHead): 'body' | 'none' | 'again' {
    const exchange = this.#awaiting[0] as Exchange
    if (isInformational(head)) {
      this.#continueEnded = head.status === 100 && exchange.awaitsContinue
      return 'again'
    }
    this.#response = head
    exchange.settle(this.#target)
    const encoding = headerValue(head.rawHeaders, 'content-encoding')
    // Only what was negotiated must be negotiated again; many servers do not care what a client accepts.
    if (encoding !== undefined && exchange.request !== undefined && acceptsCoding(exchange.request, encoding)) exchange.meta({ encoding })
    return bodyRule(head, exchange.request?.method)
  }

  #responseComplete(exchange: Exchange, bytes: Uint8Array, start: number, at: number, stamp: Stamp): void {
    const response = this.#response as ResponseHead
    const switched = exchange.requestIsDone ? switchedTo(response, exchange.request) : undefined
    if (switched === undefined) {
      exchange.chunk(this.#withHeldHead(bytes.subarray(start, at)), stamp)
      this.#endFirst({ kind: closesAfter(response, exchange.request) ? 'closed' : 'complete' }, stamp)
      const held = this.#held?.splice(0)
      this.#held = undefined
      for (const piece of held ?? []) this.sent(piece.bytes, piece.stamp)
      return
    }
    exchange.meta({ switched })
    this.#awaiting.shift()
    if (switched === 'tunnel') {
      exchange.chunk(bytes.subarray(start, at), stamp)
      exchange.end({ kind: 'complete' }, stamp, this.#target)
      this.#inner = new TunnelConversation(
        this.#sink,
        this.#facts,
        exchange.request as RequestHead,
        (facts) => new Http1Conversation(this.#sink, facts),
      )
      if (at < bytes.length) this.#inner.received(bytes.subarray(at), stamp)
    } else {
      // What came along with the head is delivered along with it.
      const frames = new PlainFrames()
      const given = bytes.subarray(at)
      const rest = switched === 'websocket' ? frames.feed(given) : given
      exchange.chunk(rest === given ? bytes.subarray(start) : Buffer.concat([bytes.subarray(start, at), rest]), stamp)
      const open = exchange.handOver()
      if (switched === 'websocket') {
        const facts = { ...this.#facts, target: this.#target }
        const inner = new WebSocketConversation(this.#sink, facts, exchange.request as RequestHead, open, frames)
        inner.follow(rest)
        this.#inner = inner
      } else this.#inner = new GenericConversation(this.#sink, this.#facts, open)
    }
    for (const piece of this.#held ?? []) this.#inner.sent(piece.bytes, piece.stamp)
  }

  #withHeldHead(bytes: Uint8Array): Uint8Array {
    if (this.#heldHead.length === 0) return bytes
    this.#heldHead.append(bytes)
    return this.#heldHead.take()
  }

  #flushHeldHead(stamp: Stamp): void {
    if (this.#heldHead.length > 0) this.#awaiting[0]?.chunk(this.#heldHead.take(), stamp)
  }

  #endFirst(ending: Ending, stamp: Stamp): void {
    this.#awaiting.shift()?.end(ending, stamp, this.#target)
    this.#responses.next()
    this.#response = undefined
  }

  #endAll(ending: Ending, stamp: Stamp): void {
    for (const exchange of this.#awaiting.splice(0)) exchange.end(ending, stamp, this.#target)
    this.#writing = undefined
    this.#deaf = true
  }
}
