import type { Target } from '@retake/core'
import { opaqueCall } from '../generic/call.ts'
import { GenericServer } from '../generic/server.ts'
import { BodyCollector, type CollectedBody } from '../payload/collected-body.ts'
import type { VirtualServer, VirtualServerHost } from '../protocol.ts'
import { Answer, ReplyLine } from '../reply-line.ts'
import { requestCall } from './call.ts'
import { MessageReader } from './codec.ts'
import { continueFact, unfinishedFact } from './connection-fact-names.ts'
import { parseRequestHead, type RequestHead } from './head.ts'
import { HttpAnswer, type RequestProgress } from './http-answer.ts'
import { PendingBytes } from './pending-bytes.ts'
import type { Switched } from './semantics.ts'
import { TunnelServer } from './tunnel-server.ts'
import { WebSocketServer } from './websocket/server.ts'

const emptyBody: CollectedBody = { bytes: new Uint8Array(0) }
/** A bad head is asked for up to this length, bytes; the conversation cuts at the same place. */
const unreadableLimit = 64 * 1024

/** Reads a real client's requests, asks for their outcomes, and sends these in the order of the requests. */
export class Http1Server implements VirtualServer {
  readonly #host: VirtualServerHost
  readonly #line: ReplyLine
  readonly #requests: MessageReader<RequestHead>
  #target: Target
  #head: RequestHead | undefined
  #body: BodyCollector | undefined
  /** The request under way is one of those that cannot be asked for in the ordinary way, and that was looked after. */
  #considered = false
  #continued = false
  /** The answer of a request that was asked for before its end. */
  #early: { readonly answer: HttpAnswer; readonly progress: { -readonly [name in keyof RequestProgress]: RequestProgress[name] } } | undefined
  /** What comes after a request to switch protocols, until it is known whether the server did. */
  #held: PendingBytes | undefined
  #inner: VirtualServer | undefined
  #deaf = false

  /** @param line The line of replies of the connection that this one is tunnelled through. */
  constructor(host: VirtualServerHost, line?: ReplyLine) {
    this.#host = host
    this.#line = line ?? new ReplyLine(host)
    this.#target = host.facts.target
    this.#requests = new MessageReader('request', parseRequestHead, {
      head: head => {
        this.#head = head
        return 'body'
      },
      data: bytes => (this.#body ??= new BodyCollector()).add(bytes),
    })
  }

  opened(): void {}

  received(bytes: Uint8Array): void {
    if (this.#inner !== undefined) return this.#inner.received(bytes)
    let at = 0
    while (at < bytes.length && !this.#deaf && !this.#line.over) {
      if (this.#held !== undefined) {
        this.#held.append(bytes.subarray(at))
        return
      }
      at = this.#requests.feed(bytes, at)
      if (this.#requests.done) this.#requestComplete()
      else if (this.#requests.unreadable !== undefined) this.#requestUnreadable()
      // The connection may have switched while the request was asked for.
      const inner = this.#inner as VirtualServer | undefined
      if (inner !== undefined) {
        if (at < bytes.length) inner.received(bytes.subarray(at))
        return
      }
    }
    if (this.#head === undefined) return
    this.#body?.own()
    if (!this.#considered) this.#considerUnfinished(this.#head)
    this.#reportProgress(false)
  }

  secured(): void {
    if (this.#inner !== undefined) this.#inner.secured()
    else this.#target = { ...this.#target, secure: true }
  }

  receivedEnd(): void {
    this.#inner?.receivedEnd()
  }

  closed(): void {
    if (this.#inner !== undefined) return this.#inner.closed()
    // The app gave up on a request that it had not sent to its end; that, too, is recorded as a call.
    if (this.#head !== undefined && this.#early === undefined && !this.#deaf) this.#askUnfinished(this.#head)
    this.#line.abandon()
  }

  #requestComplete(): void {
    const head = this.#head as RequestHead
    const body = this.#body
    const continued = this.#continued
    if (this.#early !== undefined) this.#reportProgress(true)
    const asked = this.#early !== undefined
    this.#head = undefined
    this.#body = undefined
    this.#considered = false
    this.#continued = false
    this.#early = undefined
    this.#requests.next()
    if (asked) return
    const switches = head.framing.upgrade !== undefined || head.method === 'CONNECT'
    if (switches) this.#held = new PendingBytes()
    const events = switches ? { known: (switched: Switched | undefined) => this.#switch(head, switched) } : undefined
    const call = requestCall(head, body === undefined ? emptyBody : body.collected(), this.#target)
    this.#line.ask(call, new HttpAnswer(this.#line, head, { events, continued }))
  }

  /** The answer to a request to switch protocols is known. */
  #switch(head: RequestHead, switched: Switched | undefined): void {
    const held = this.#held
    this.#held = undefined
    if (switched === 'websocket') this.#inner = new WebSocketServer(this.#line, head, this.#target)
    else if (switched === 'opaque') this.#inner = new GenericServer(this.#host, this.#line)
    else if (switched === 'tunnel') {
      this.#inner = new TunnelServer(this.#line, head, (host, line) => new Http1Server(host, line))
      this.#inner.opened()
    }
    if (held !== undefined && held.length > 0) this.received(held.take())
  }

  /** The head is there, the body is not: must something be said before it comes? */
  #considerUnfinished(head: RequestHead): void {
    this.#considered = true
    if (this.#host.connectionFact(unfinishedFact(head)) === true) return this.#askUnfinished(head)
    if (!head.framing.expectsContinue) return
    const answer = this.#host.connectionFact(continueFact(head))
    if (answer instanceof Uint8Array) {
      this.#continued = true
      this.#host.send(answer)
    } else if (answer === undefined) this.#askUnfinished(head)
  }

  #askUnfinished(head: RequestHead): void {
    const body = (this.#body ??= new BodyCollector())
    const progress = { sent: body.length, done: false, body: () => body.collected() }
    const answer = new HttpAnswer(this.#line, head, { progress })
    this.#early = { answer, progress }
    this.#line.ask(requestCall(head, 'unfinished', this.#target), answer)
  }

  #reportProgress(done: boolean): void {
    if (this.#early === undefined) return
    const { progress, answer } = this.#early
    progress.sent = this.#body?.length ?? 0
    progress.done = done
    answer.progressed()
  }

  #requestUnreadable(): void {
    this.#deaf = true
    const head = this.#head
    if (head !== undefined) {
      if (this.#early === undefined) this.#askUnfinished(head)
      return
    }
    const call = opaqueCall({ bytes: this.#requests.unfinishedHead.subarray(0, unreadableLimit) }, 0, this.#host.facts)
    this.#line.ask(call, new Answer(this.#line))
  }
}
